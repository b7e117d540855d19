import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copyFileUntrusted, copyUntrusted, readUntrusted } from '../../../src/engine/untrusted.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('readUntrusted', () => {
  it.each([
    [10, 'abc'],
    [3, 'abc'],
    [2, 'ab'],
    [0, ''],
  ])('reads %i bytes at most', async (most, text) => {
    const path = join(temporaryFolder(), 'file')
    writeFileSync(path, 'abc')
    expect((await readUntrusted(path, most))?.toString()).toBe(text)
  })

  it('does not fill the memory with a file that only says it is large', async () => {
    const path = join(temporaryFolder(), 'file')
    writeFileSync(path, '')
    execFileSync('truncate', ['-s', '1T', path])
    expect(await readUntrusted(path, 100)).toHaveLength(100)
  })

  it('has nothing of links, pipes, folders and what is not there', async () => {
    const folder = temporaryFolder()
    symlinkSync('/etc/passwd', join(folder, 'link'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    for (const name of ['link', 'pipe', '.', 'missing', 'missing/below'])
      expect(await readUntrusted(join(folder, name), 10)).toBeNull()
  })
})

describe('copyUntrusted', () => {
  it('copies regular files with their content and names, and tells what it left', async () => {
    const [from, to] = [temporaryFolder(), join(temporaryFolder(), 'to')]
    mkdirSync(join(from, 'sub'))
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 256))
    writeFileSync(join(from, 'sub', 'größe'), content)
    writeFileSync(join(from, 'empty'), '', { mode: 0o777 })
    symlinkSync('/etc', join(from, 'sub', 'etc'))
    const { files, left } = await copyUntrusted(from, to)
    expect({ files: files.sort(), left }).toEqual({ files: ['empty', 'sub/größe'], left: ['sub/etc'] })
    expect(readFileSync(join(to, 'sub', 'größe'))).toEqual(content)
    expect(statSync(join(to, 'empty')).mode & 0o111).toBe(0)
  })

  it('copies nothing from what is no folder', async () => {
    const folder = temporaryFolder()
    symlinkSync('/etc', join(folder, 'link'))
    writeFileSync(join(folder, 'file'), '')
    for (const name of ['link', 'file', 'missing'])
      expect(await copyUntrusted(join(folder, name), join(folder, 'to'))).toEqual({ files: [], left: [] })
  })
})

describe('copyFileUntrusted', () => {
  it('says false, and makes nothing, where there is no regular file', async () => {
    const folder = temporaryFolder()
    symlinkSync('/etc/passwd', join(folder, 'link'))
    expect(await copyFileUntrusted(join(folder, 'link'), join(folder, 'to', 'copy'))).toBe(false)
    expect(readdirSync(folder)).toEqual(['link'])
  })
})

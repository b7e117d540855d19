import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copyFileUntrusted, moveFileUntrusted, readUntrusted } from '../../../src/host/untrusted.ts'
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

describe('copyFileUntrusted and moveFileUntrusted', () => {
  it.each([
    ['copyFileUntrusted', copyFileUntrusted],
    ['moveFileUntrusted', moveFileUntrusted],
  ])('%s brings the content, without holes and without permissions to run or hide', async (_, bring) => {
    const folder = temporaryFolder()
    const content = Buffer.concat([
      Buffer.from('start'),
      Buffer.alloc(300_000),
      Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 256)),
      Buffer.alloc(100),
    ])
    writeFileSync(join(folder, 'from'), content)
    execFileSync('truncate', ['-s', '1G', join(folder, 'from')])
    chmodSync(join(folder, 'from'), 0o4711)
    expect(await bring(Buffer.from(join(folder, 'from')), join(folder, 'to'))).toBe(true)
    const found = statSync(join(folder, 'to'))
    expect(found).toMatchObject({ size: 1024 ** 3, mode: 0o100644 })
    expect(found.blocks * 512).toBeLessThan(1_000_000)
    const file = openSync(join(folder, 'to'), 'r')
    const read = Buffer.alloc(content.length + 50)
    readSync(file, read, 0, read.length, 0)
    closeSync(file)
    expect(read.equals(Buffer.concat([content, Buffer.alloc(50)]))).toBe(true)
  })

  it('says false, and makes nothing, where there is no regular file', async () => {
    const folder = temporaryFolder()
    symlinkSync('/etc/passwd', join(folder, 'link'))
    for (const bring of [copyFileUntrusted, moveFileUntrusted])
      expect(await bring(Buffer.from(join(folder, 'link')), join(folder, 'copy'))).toBe(false)
    expect(readdirSync(folder)).toEqual(['link'])
  })
})

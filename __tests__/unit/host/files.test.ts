import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { removeFolder, writeWhole } from '../../../src/host/files.ts'
import { withTmpfs } from '../../support/mounted.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('writeWhole', () => {
  it('replaces a file, and leaves no other', async () => {
    const path = join(temporaryFolder(), 'file')
    await writeWhole(path, 'old and long')
    await writeWhole(path, 'new')
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(join(path, '..'))).toEqual(['file'])
  })

  it('leaves the old text where it cannot write the new one', async () => {
    const path = join(temporaryFolder(), 'missing', 'file')
    await expect(writeWhole(path, 'x')).rejects.toThrow('ENOENT')
  })
})

describe('removeFolder', () => {
  it('removes files, folders and what a task made read-only', async () => {
    const folder = join(temporaryFolder(), 'folder')
    mkdirSync(join(folder, 'go/pkg/mod'), { recursive: true })
    writeFileSync(join(folder, 'go/pkg/mod/file'), 'x', { mode: 0o400 })
    chmodSync(join(folder, 'go/pkg/mod'), 0o500)
    chmodSync(join(folder, 'go'), 0)
    await removeFolder(folder)
    expect(existsSync(folder)).toBe(false)
  })

  it('removes a link and not what it leads to', async () => {
    const [outside, folder] = [temporaryFolder(), join(temporaryFolder(), 'folder')]
    writeFileSync(join(outside, 'keep'), 'x')
    mkdirSync(folder)
    symlinkSync(outside, join(folder, 'link'))
    await removeFolder(folder)
    expect(readdirSync(outside)).toEqual(['keep'])
  })

  it('removes folders that are nested deeper than any path can be long, closed ones among them', async () => {
    const [outside, folder] = [temporaryFolder(), join(temporaryFolder(), 'folder')]
    mkdirSync(folder)
    writeFileSync(join(outside, 'keep'), 'x')
    const script = `
      const { chmodSync, mkdirSync, symlinkSync, writeFileSync } = require('node:fs')
      const name = 'd'.repeat(250)
      for (let depth = 0; depth < 300; depth++) {
        mkdirSync(name); process.chdir(name); writeFileSync('file', ''); symlinkSync(${JSON.stringify(outside)}, 'link')
      }
      for (let depth = 0; depth < 300; depth++) { process.chdir('..'); chmodSync(name, depth % 7 === 0 ? 0 : 0o500) }
    `
    execFileSync(process.execPath, ['-e', script], { cwd: folder })
    await removeFolder(folder)
    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(outside)).toEqual(['keep'])
  })

  it('removes names that are no text', async () => {
    const folder = join(temporaryFolder(), 'folder')
    const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x0a, 0xe9])])
    mkdirSync(bytes, { recursive: true })
    writeFileSync(Buffer.concat([bytes, Buffer.from('/'), Buffer.from([0xc3])]), '')
    await removeFolder(folder)
    expect(existsSync(folder)).toBe(false)
  })

  it('removes all but what cannot be removed, and names that', async () => {
    const folder = join(temporaryFolder(), 'folder')
    for (const name of ['a', 'mounted', 'z']) mkdirSync(join(folder, 'in', name), { recursive: true })
    await withTmpfs(join(folder, 'in', 'mounted'), 'size=4k', async () => {
      await expect(removeFolder(folder)).rejects.toThrow(/in\/mounted: .*EBUSY/)
      expect(readdirSync(join(folder, 'in'))).toEqual(['mounted'])
    })
  })

  it('never follows a link that is put in the place of a folder meanwhile', async () => {
    const [outside, base] = [temporaryFolder(), temporaryFolder()]
    for (let at = 0; at < 500; at++) writeFileSync(join(outside, String(at)), 'x')
    const script = `
      const { mkdirSync, renameSync, symlinkSync, unlinkSync } = require('node:fs')
      const quiet = (work) => { try { work() } catch {} }
      process.send('ready')
      for (;;) {
        quiet(() => mkdirSync('folder/sub/below', { recursive: true }))
        quiet(() => { renameSync('folder/sub', 'aside' + Math.random()); symlinkSync(${JSON.stringify(outside)}, 'folder/sub') })
        quiet(() => unlinkSync('folder/sub'))
      }
    `
    const swapper = spawn(process.execPath, ['-e', script], { cwd: base, stdio: ['ipc', 'ignore', 'ignore'] })
    await once(swapper, 'message')
    for (let removal = 0; removal < 200; removal++)
      await removeFolder(join(base, 'folder')).catch(() => undefined)
    const ended = once(swapper, 'exit')
    swapper.kill('SIGKILL')
    await ended
    expect(readdirSync(outside)).toHaveLength(500)
  })

  it('works where there is no /proc', async () => {
    const folder = join(temporaryFolder(), 'folder')
    mkdirSync(join(folder, 'a/b/c'), { recursive: true })
    writeFileSync(join(folder, 'a/b/c/file'), '')
    chmodSync(join(folder, 'a/b'), 0)
    const files = join(import.meta.dirname, '../../../src/host/files.ts')
    const script = `import { removeFolder } from ${JSON.stringify(files)}; await removeFolder(${JSON.stringify(folder)})`
    const node = `mount -t tmpfs none /proc && exec "$0" --input-type=module -e "$1"`
    execFileSync('unshare', ['--mount', 'sh', '-c', node, process.execPath, script])
    expect(existsSync(folder)).toBe(false)
  })

  it('is given up through a signal', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a'))
    await expect(removeFolder(folder, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })

  it('has nothing to do where nothing is', async () => {
    await removeFolder(join(temporaryFolder(), 'missing'))
  })
})

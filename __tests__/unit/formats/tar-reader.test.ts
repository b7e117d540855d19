import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type Header, pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { extractFiles } from '../../../src/formats/tar-reader.ts'
import { wide } from '../../support/budget.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

type Member = Partial<Header> & { readonly name: string; readonly content?: string }

/** An archive as a hostile task would make it. */
function archiveOf(entries: readonly Member[]): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of entries) archive.entry(header, content ?? '')
  archive.finalize()
  return buffer(archive)
}

async function extracted(entries: readonly Member[]) {
  const root = temporaryFolder()
  const folder = join(root, 'to', 'here')
  await extractFiles(Readable.from([await archiveOf(entries)]), folder, wide())
  const files = existsSync(root) ? readdirSync(root, { recursive: true, withFileTypes: true }) : []
  return {
    folder,
    files: files.filter((file) => !file.isDirectory()).map((file) => join(file.parentPath, file.name)),
  }
}

describe('extractFiles', () => {
  it('writes regular files, in folders of any depth', async () => {
    const { folder, files } = await extracted([
      { name: 'artifacts/', type: 'directory' },
      { name: 'artifacts/a.txt', content: 'a' },
      { name: 'artifacts/deep/er/..b', content: 'b' },
      { name: './c', content: '' },
      { name: '..d', content: 'd' },
      { name: 'x/../e', content: 'e' },
    ])
    const names = ['artifacts/a.txt', 'artifacts/deep/er/..b', 'c', '..d', 'e']
    expect(files.sort()).toEqual(names.map((name) => join(folder, name)).sort())
    expect(readFileSync(join(folder, 'artifacts/a.txt'), 'utf8')).toBe('a')
  })

  it.each<Member>([
    { name: '../outside', content: 'x' },
    { name: '../../outside', content: 'x' },
    { name: 'a/../../outside', content: 'x' },
    { name: 'a/../..', content: 'x' },
    { name: '/etc/acode-outside', content: 'x' },
    { name: '//etc/acode-outside', content: 'x' },
    { name: '.', content: 'x' },
    { name: '..', content: 'x' },
  ])('leaves out $name ($type)', async (entry) => {
    const { folder, files } = await extracted([entry, { name: 'after', content: 'y' }])
    expect(files).toEqual([join(folder, 'after')])
  })

  it.each<Member & { target: string }>([
    { name: 'link', type: 'symlink', linkname: '/etc/passwd', target: '/etc/passwd' },
    { name: 'hard', type: 'link', linkname: '/etc/passwd', target: 'no-file' },
    { name: 'hard to what is not there', type: 'link', linkname: 'nothing', target: 'no-file' },
    { name: 'null', type: 'character-device', devmajor: 1, devminor: 3, target: 'no-file' },
    { name: 'disk', type: 'block-device', devmajor: 8, devminor: 0, target: 'no-file' },
    { name: 'pipe', type: 'fifo', target: 'no-file' },
  ])('has a link in place of $name ($type), to be named and never followed', async ({ target, ...entry }) => {
    const { folder } = await extracted([entry, { name: 'after', content: 'y' }])
    expect(readlinkSync(join(folder, entry.name))).toBe(target)
  })

  it('has the content of a file under each of its names', async () => {
    const { folder } = await extracted([
      { name: 'a/one', content: 'x' },
      { name: 'two', type: 'link', linkname: 'a/one' },
      { name: 'three', type: 'link', linkname: 'two' },
    ])
    for (const name of ['a/one', 'two', 'three']) expect(readFileSync(join(folder, name), 'utf8')).toBe('x')
  })

  it('draws for each name of a file, as each is a copy', async () => {
    const archive = await archiveOf([
      { name: 'one', content: 'x'.repeat(1000) },
      { name: 'two', type: 'link', linkname: 'one' },
      { name: 'three', type: 'link', linkname: 'two' },
    ])
    const folder = temporaryFolder()
    const budget = wide({ bytes: 2500 })
    await extractFiles(Readable.from([archive]), folder, budget)
    expect(readdirSync(folder).toSorted()).toEqual(['one', 'two'])
    expect(budget.leftOut.names).toEqual(['three'])
  })

  it('does not write through a link that came before', async () => {
    const outside = temporaryFolder()
    const { folder, files } = await extracted([
      { name: 'out', type: 'symlink', linkname: outside },
      { name: 'out/file', content: 'x' },
    ])
    expect(files).toEqual([join(folder, 'out/file')])
    expect(readdirSync(outside)).toEqual([])
  })

  it('keeps no special permission', async () => {
    const { folder } = await extracted([{ name: 'suid', mode: 0o6777, content: 'x' }])
    expect(lstatSync(join(folder, 'suid')).mode & 0o6000).toBe(0)
  })

  it('takes an archive in pieces', async () => {
    const archive = await archiveOf([{ name: 'big', content: 'x'.repeat(5_000) }])
    const folder = temporaryFolder()
    const pieces = Array.from({ length: Math.ceil(archive.length / 7) }, (_, at) =>
      archive.subarray(at * 7, at * 7 + 7),
    )
    await extractFiles(Readable.from(pieces), folder, wide())
    expect(readFileSync(join(folder, 'big'), 'utf8')).toHaveLength(5_000)
  })

  it.each(['garbage that is no archive at all, '.repeat(50), 'x'.repeat(511)])(
    'fails, and does not hang, on what is no archive',
    async (text) => {
      await expect(
        extractFiles(Readable.from([Buffer.from(text)]), temporaryFolder(), wide()),
      ).rejects.toThrow()
    },
  )

  it('fails on half an archive', async () => {
    const archive = await archiveOf([{ name: 'big', content: 'x'.repeat(5_000) }])
    const half = Readable.from([archive.subarray(0, 2_000)])
    await expect(extractFiles(half, temporaryFolder(), wide())).rejects.toThrow()
  })

  it.each([
    ['nothing at all', 0],
    ['whole entries without the mark of the end', 1024],
  ])('fails on %s', async (_, length) => {
    const bytes = (await archiveOf([{ name: 'a', content: 'a' }])).subarray(0, length)
    const archive = Readable.from(length === 0 ? [] : [bytes])
    await expect(extractFiles(archive, temporaryFolder(), wide())).rejects.toThrow(
      'the tar archive has no mark of its end',
    )
  })

  it('fails where its source does', async () => {
    const source = new Readable({ read: () => undefined })
    setImmediate(() => source.destroy(new Error('connection lost')))
    await expect(extractFiles(source, temporaryFolder(), wide())).rejects.toThrow('connection lost')
  })
})

import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CacheTooLargeError, newTally, taken } from '../../../src/cache/cache-tar.ts'
import { readTar, type TarItem } from '../../../src/formats/tar-reader.ts'
import { type TarEntry, writeTar } from '../../../src/formats/tar-writer.ts'

const item = (path: string, change: Partial<TarItem> = {}): TarItem => ({
  ...{ path, type: 'file', mode: 0o644, size: 0, mtimeNs: 5n, target: '', device: [0, 0] },
  content: Readable.from([]),
  ...change,
})
const most = { files: 100, bytes: 1000 }

async function take(items: TarItem[], change: Partial<Parameters<typeof taken>[1]> = {}) {
  const tally = newTally()
  const owner = { uid: 7, gid: 8 }
  const taking = { owner, from: 'npm', to: 'content', leaveOut: null, most, tally, ...change }
  const entries: TarEntry[] = []
  for await (const entry of taken(Readable.from(items), taking)) entries.push(entry)
  return { entries, paths: entries.map(({ path }) => path), tally }
}

describe('what is taken of a cache’s archive (BES-3)', () => {
  it('is below its folder, and belongs to the task’s user, with the times that tools go by', async () => {
    const { entries, tally } = await take([
      item('npm', { type: 'folder', mode: 0o755 }),
      item('npm/a', { size: 3, mode: 0o6755 }),
      item('npm/b', { type: 'link', target: '/usr/bin/python3' }),
      item('npm/c', { type: 'hard-link', target: 'npm/a' }),
    ])
    expect(entries).toMatchObject([
      { path: 'content', type: 'folder' },
      { path: 'content/a', mode: 0o755, uid: 7, gid: 8, mtimeNs: 5n },
      { path: 'content/b', type: 'link', target: '/usr/bin/python3' },
      { path: 'content/c', type: 'hard-link', target: 'content/a' },
    ])
    expect(tally).toEqual({ files: 3, bytes: 3, refused: 0 })
  })

  it.each([
    ['a path out of it', [item('npm/../../etc/passwd')]],
    ['an absolute path', [item('/etc/passwd')]],
    ['another root', [item('other/file')]],
    ['a device', [item('npm/sda', { type: 'character-device', device: [8, 0] })]],
    ['a relative link out of it', [item('npm/a/l', { type: 'link', target: '../../x' })]],
    ['a pipe', [item('npm/pipe', { type: 'other' })]],
    ['a file for its root', [item('npm')]],
    ['a hard link out of it', [item('npm/h', { type: 'hard-link', target: 'npm/../../etc/shadow' })]],
    ['a hard link to what is not there', [item('npm/h', { type: 'hard-link', target: 'npm/none' })]],
  ])('is not %s', async (_, items) => {
    const { paths, tally } = await take(items)
    expect(paths).toEqual([])
    expect(tally.refused).toBe(1)
  })

  it('is nothing that would be written through a link, whatever comes first', async () => {
    const link = item('npm/out', { type: 'link', target: '/etc' })
    const { paths } = await take([link, item('npm/out/passwd'), item('npm/out'), item('npm/out/a/b')])
    expect(paths).toEqual(['content/out'])
    const swapped = await take([
      item('npm/d', { type: 'folder' }),
      item('npm/d', { type: 'link', target: '/' }),
    ])
    expect(swapped.paths).toEqual(['content/d'])
  })

  it('is no more than a machine keeps', async () => {
    await expect(take([item('npm/a', { size: 1001 })])).rejects.toThrow(CacheTooLargeError)
    const many = Array.from({ length: 101 }, (_, index) => item(`npm/${index}`))
    await expect(take(many)).rejects.toThrow(CacheTooLargeError)
  })

  it('is without what the tool does not need', async () => {
    const { paths, tally } = await take([item('npm/_logs/x'), item('npm/_logsx')], {
      leaveOut: /^_logs(\/|$)/,
    })
    expect(paths).toEqual(['content/_logsx'])
    expect(tally.refused).toBe(0)
  })

  it('is read with its times, of pax too', async () => {
    const entries: TarEntry[] = [1_700_000_000_250_000_000n, 12_000_000_000n].map((mtimeNs, index) => ({
      ...{ path: `f${index}`, type: 'file', mode: 0o600, uid: 0, gid: 0, mtimeNs },
    }))
    const times: bigint[] = []
    for await (const { mtimeNs } of readTar(Readable.from(writeTar(entries), { objectMode: false })))
      times.push(mtimeNs)
    expect(times).toEqual([1_700_000_000_250_000_000n, 12_000_000_000n])
  })
})

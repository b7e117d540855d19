import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { belowName } from '../../../src/cache/pack.ts'
import { readTar } from '../../../src/formats/tar-reader.ts'
import { type TarEntry, writeTar } from '../../../src/formats/tar-writer.ts'

it.each([
  ['Docker', 'npm', 'npm/'],
  ['Podman', '', '/'],
])('BES-3 an archive of a cache’s volume by %s is below the volume’s name', async (_engine, root, below) => {
  const about = { mode: 0o644, uid: 0, gid: 0 }
  const entries: TarEntry[] = [
    { path: root, type: 'folder', ...about },
    { path: `${below}a`, type: 'file', size: 0, ...about },
    { path: `${below}b`, type: 'hard-link', target: `${below}a`, ...about },
    { path: `${below}c`, type: 'link', target: '/usr/bin/node', ...about },
  ]
  const found: string[][] = []
  const archive = Readable.from(writeTar(entries), { objectMode: false })
  for await (const { path, target } of belowName(readTar(archive), 'npm')) found.push([path, target])
  expect(found).toEqual([
    ['npm', ''],
    ['npm/a', ''],
    ['npm/b', 'npm/a'],
    ['npm/c', '/usr/bin/node'],
  ])
})

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readTar } from '../../../src/formats/tar-reader.ts'
import { fakeEngine } from '../../support/fake-engine.ts'

describe('CTN-10 a folder that is unpacked, which may be a volume', () => {
  const about = { mode: 0o755, uid: 4711, gid: 4711 }
  const entriesOf = (root: string) => [
    { path: root, type: 'folder' as const, ...about },
    { path: `${root}/inside`, type: 'folder' as const, ...about },
  ]

  it.each([
    ['Docker', false, '/checkout', ['repo', 'repo/inside']],
    ['Podman', true, '/checkout/repo', ['.', './inside']],
  ])('goes with %s to where its owner arrives too', async (_name, isPodman, to, paths) => {
    const unpacked: string[] = []
    const { docker, requests } = await fakeEngine(
      async (asked, answer) => {
        for await (const { path } of readTar(asked.pipe(new PassThrough()))) unpacked.push(path)
        answer.end()
      },
      { isPodman },
    )
    await docker.archives.putFolder('x', '/checkout/repo', entriesOf)
    const query = `path=${encodeURIComponent(to)}&noOverwriteDirNonDir=true`
    expect(requests).toEqual([`PUT /v1.41/containers/x/archive?${query}`])
    expect(unpacked).toEqual(paths)
  })
})

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fetchFile, remoteArtifact } from '../../../src/engine/registry/registry-artifact.ts'
import { RegistryError } from '../../../src/engine/registry/registry-http.ts'

const TYPE = 'application/vnd.devcontainers.layer.v1+tar'
const wanted = { mediaType: TYPE, mostBytes: 1000 }
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const manifestOf = (...layers: object[]) => JSON.stringify({ schemaVersion: 2, layers })
const LAYER = { mediaType: TYPE, digest: digestOf('content') }
const MANIFEST = manifestOf({ mediaType: 'other', digest: digestOf('x') }, LAYER)

/** A server that has these texts by their paths; a text that begins with a slash leads to another. */
async function server(texts: Readonly<Record<string, string>>): Promise<string> {
  const listener = createServer(({ url = '', headers }, answer) => {
    const text = texts[url]
    if (text?.startsWith('/')) answer.writeHead(307, { location: `http://${headers.host}${text}` }).end()
    else answer.writeHead(text === undefined ? 404 : 200).end(text)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => void listener.close())
  return `127.0.0.1:${(listener.address() as AddressInfo).port}`
}

const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof RegistryError ? `${error.reason}: ${error.message}` : error),
  )

describe('IMX-1 what a registry has that is no image', () => {
  it('is the one layer, by tag or digest, wherever the registry sends us for it', async () => {
    const host = await server({
      '/v2/a/b/manifests/1': MANIFEST,
      [`/v2/a/b/manifests/${digestOf(MANIFEST)}`]: MANIFEST,
      [`/v2/a/b/blobs/${LAYER.digest}`]: '/elsewhere',
      '/elsewhere': 'content',
    })
    for (const reference of [`${host}/a/b:1`, `${host}/a/b@${digestOf(MANIFEST)}`])
      expect(await remoteArtifact(reference, null, wanted)).toEqual({
        ...{ digest: digestOf(MANIFEST), content: Buffer.from('content') },
      })
  })

  const blob = `/v2/a/blobs/${LAYER.digest}`
  it.each([
    ['nothing', {}, 'a:1', /^not-found/],
    [
      'another manifest',
      { [`/v2/a/manifests/${digestOf('x')}`]: MANIFEST },
      `a@${digestOf('x')}`,
      /whose digest is/,
    ],
    [
      'a digest that is not computed',
      { [`/v2/a/manifests/sha512:${'0'.repeat(128)}`]: MANIFEST },
      `a@sha512:${'0'.repeat(128)}`,
      /whose digest is sha256/,
    ],
    ['no manifest', { '/v2/a/manifests/1': '<html>' }, 'a:1', /^refused: it sent no manifest/],
    ['an image', { '/v2/a/manifests/1': manifestOf() }, 'a:1', /^refused: .*has no layer/],
    ['another content', { '/v2/a/manifests/1': MANIFEST, [blob]: 'x' }, 'a:1', /something else than sha256/],
    ['too much', { '/v2/a/manifests/1': MANIFEST, [blob]: 'x'.repeat(1001) }, 'a:1', /too much/],
  ])('is refused where the registry has %s', async (_, texts, reference, message) => {
    const host = await server(texts)
    expect(await reasonOf(remoteArtifact(`${host}/${reference}`, null, wanted))).toMatch(message)
  })

  it('is a file by its address', async () => {
    const host = await server({ '/x.tgz': '/y.tgz', '/y.tgz': 'content' })
    const found = { digest: digestOf('content'), content: Buffer.from('content') }
    expect(await fetchFile(`http://${host}/x.tgz`, 1000)).toEqual(found)
    expect(await reasonOf(fetchFile(`http://${host}/x.tgz`, 3))).toMatch(/too much/)
    expect(await reasonOf(fetchFile(`http://${host}/none`, 3))).toMatch(/^not-found/)
  })
})

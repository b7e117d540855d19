import { describe, expect, it } from 'vitest'
import type { PullMessage } from '../../../src/engine/pull-messages.ts'
import type { RegistryAuth } from '../../../src/engine/registry/registry-auth.ts'
import { type Answer, fakeEngine, silent } from '../../support/fake-engine.ts'

const signal = new AbortController().signal

/** Pulls from an engine that answers so. */
async function pulled(
  answer: Answer,
  image = 'busybox',
  more: { auth?: RegistryAuth; quietMs?: number } = {},
) {
  const engine = await fakeEngine(answer)
  const messages: PullMessage[] = []
  const onMessage = (message: PullMessage) => void messages.push(message)
  const how = { platform: undefined, auth: null, signal, onMessage, ...more }
  const outcome = await engine.docker.images.pull(image, how).then(
    () => null,
    (error: unknown) => error,
  )
  return { ...engine, messages, outcome }
}
const says =
  (...chunks: readonly string[]): Answer =>
  (_asked, answer) => {
    for (const chunk of chunks) answer.write(chunk)
    answer.end()
  }

describe('a pull (RUN-6)', () => {
  it.each([
    ['busybox', 'busybox', 'latest'],
    ['127.0.0.1:5000/a/b', '127.0.0.1:5000/a/b', 'latest'],
    ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000/a/b', '1'],
    ['a/b:1@sha256:00', 'a/b', 'sha256:00'],
  ])('of %s asks for one image', async (image, repository, tag) => {
    const { requests } = await pulled(says(), image)
    const query = new URLSearchParams({ fromImage: repository, tag })
    expect(requests).toEqual([`POST /v1.41/images/create?${query}`])
  })

  it('has its messages one by one, wherever the stream is cut', async () => {
    const { messages, outcome } = await pulled(
      says(
        '{"id":"a","status":"Downloading","progressDetail":{"current":1,',
        '"total":2}}\r\n{"status":"x"}',
      ),
    )
    expect(outcome).toBeNull()
    expect(messages).toEqual([
      { about: 'layer', layer: 'a', state: 'arriving', current: 1, total: 2 },
      { about: 'image', text: 'x' },
    ])
  })

  it.each([
    ['Pulling fs layer', 'waiting'],
    ['Waiting', 'waiting'],
    ['Downloading', 'arriving'],
    ['Verifying Checksum', 'arrived'],
    ['Download complete', 'arrived'],
    ['Extracting', 'arrived'],
    ['Pull complete', 'done'],
    ['Already exists', 'done'],
  ])('says of a layer “%s”, which is %s', async (status, state) => {
    const progressDetail = { current: 1, total: 2 }
    const { messages } = await pulled(says(JSON.stringify({ id: 'a', status, progressDetail })))
    // Of one that is unpacked the engine counts what is unpacked.
    const bytes = state === 'arriving' ? progressDetail : { current: undefined, total: undefined }
    expect(messages).toEqual([{ about: 'layer', layer: 'a', state, ...bytes }])
  })

  it.each([
    [
      { id: '22', status: 'Pulling from library/node' },
      { about: 'image', text: '22: Pulling from library/node' },
    ],
    [{ status: 'Digest: sha256:00' }, { about: 'image', text: 'Digest: sha256:00' }],
    [{ id: 'a', status: 'Polishing' }, { about: 'nothing' }],
    [{}, { about: 'nothing' }],
  ])('says of all %j', async (line, message) => {
    expect((await pulled(says(JSON.stringify(line)))).messages).toEqual([message])
  })

  it.each([
    [
      'an error',
      '{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}',
      /^manifest unknown$/,
    ],
    ['no JSON', '<html>', /cannot be read/],
  ])('that ends with %s fails', async (_what, line, message) => {
    const { outcome } = await pulled(says('{"status":"Pulling"}\n', line))
    expect(outcome).toMatchObject({ reason: 'refused', message: expect.stringMatching(message) })
  })

  it.each([
    ['before it began', silent],
    ['in its middle', (_asked, answer) => void answer.write('{"status":"Pulling"}\n')],
  ] satisfies [string, Answer][])(
    'that nothing is heard of %s is given up, to be tried again',
    async (_when, answer) => {
      const { outcome } = await pulled(answer, 'busybox', { quietMs: 50 })
      expect(outcome).toMatchObject({ reason: 'refused', message: expect.stringContaining('timed out') })
    },
  )

  it('hands its credentials over in a header alone', async () => {
    let header: unknown
    const auth = { username: 'ada', password: 'pässword>?:=' }
    const { observed, requests } = await pulled(
      (asked, answer) => {
        header = asked.headers['x-registry-auth']
        answer.end()
      },
      'ghcr.io/a/b:1',
      { auth },
    )
    expect(JSON.parse(Buffer.from(String(header), 'base64url').toString())).toEqual({
      ...{ ...auth, serveraddress: 'ghcr.io' },
    })
    expect(String(header)).toMatch(/^[\w-]+=*$/)
    expect(String(header).length % 4).toBe(0)
    expect(JSON.stringify([observed, requests])).not.toContain('pässword')
  })
})

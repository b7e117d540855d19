import { expect, it } from 'vitest'
import type { PullPolicy } from '../../../src/image/image.ts'
import { ensureImage } from '../../../src/image/image.ts'
import { type Answer, fakeEngine, json } from '../../support/fake-engine.ts'

const IMAGE = { Id: 'sha256:0a', Architecture: 'amd64', Os: 'linux', Size: 1 }

/** An engine that has the image or not, whose registry has it or answers with a refusal. */
function engine(isHere: boolean, refusal: string | null): Answer {
  let has = isHere
  return (asked, answer) => {
    if (asked.method === 'GET') return (has ? json(IMAGE) : json({ message: 'none' }, 404))(asked, answer)
    if (refusal !== null) return json({ message: refusal }, 404)(asked, answer)
    has = true
    answer.end('{"status":"Digest: sha256:0a"}\n')
  }
}

/** What comes of an image: its id or the error, what was said, and how often its registry was asked. */
async function had(pull: readonly PullPolicy[], isHere: boolean, refusal: string | null = null) {
  const { docker, requests } = await fakeEngine(engine(isHere, refusal))
  const lines: string[] = []
  const outcome = await ensureImage(docker, {
    ...{ reference: 'ghcr.io/acme/unit:1', pull, platform: undefined },
    auth: async () => null,
    signal: new AbortController().signal,
    onProgress: (line) => lines.push(line),
  }).then(
    ({ id }) => id,
    (error: unknown) => (error instanceof Error ? error.message : ''),
  )
  return { outcome, lines: lines.join('\n'), pulls: requests.filter((one) => one.startsWith('POST')).length }
}

it.each<
  [
    pull: readonly PullPolicy[],
    isHere: boolean,
    refusal: string | null,
    outcome: string | RegExp,
    pulls: number,
  ]
>([
  [['always', 'if-missing'], true, null, 'sha256:0a', 1],
  [['always', 'if-missing'], true, 'denied', 'sha256:0a', 1],
  [['always', 'never'], true, 'denied', 'sha256:0a', 1],
  [['always', 'if-missing'], false, 'denied', /could not be pulled: denied/, 1],
  [['always', 'never'], false, 'denied', /could not be pulled: denied/, 1],
  [['never', 'always'], true, null, 'sha256:0a', 0],
  [['never', 'if-missing'], false, null, 'sha256:0a', 1],
  [['if-missing'], true, null, 'sha256:0a', 0],
  [['never'], false, null, /not on this engine/, 0],
])(
  'RUN-6 pull: %s, where it is here: %s, and the registry says: %s',
  async (pull, isHere, refusal, outcome, pulls) => {
    const found = await had(pull, isHere, refusal)
    expect(found.outcome).toMatch(outcome)
    expect(found.pulls).toBe(pulls)
  },
)

it('RUN-6 says why the image of the engine is used instead', async () => {
  const { lines } = await had(['always', 'if-missing'], true, 'denied')
  expect(lines).toMatch(/could not be pulled: denied.* The one of this engine is used\./)
})

import { describe, expect, it } from 'vitest'
import { EngineError } from '../../src/engine/errors.ts'
import { adviceOf, sentence, TaskError, titleOf } from '../../src/errors.ts'
import { parseKeyValues } from '../../src/formats/key-values.ts'
import { GitError } from '../../src/host/git.ts'
import { pullAdvice } from '../../src/image/image.ts'
import { failOn } from '../../src/task/problems.ts'

it.each([
  ['it broke', 'it broke.'],
  ['it broke.', 'it broke.'],
  ['did you mean unit?', 'did you mean unit?'],
  ['and so on…', 'and so on…'],
  ['see the docs.\n', 'see the docs.'],
])('SEE-1 a text of any origin ends once: %j', (text, whole) => {
  expect(sentence(text)).toBe(whole)
})

it('SEE-1 a question ends a message', () => {
  const message = 'is unknown; did you mean image?'
  expect(() => failOn([{ field: 'task.imag', message }])).toThrow(/did you mean image\?$/)
})

it.each([
  ['NODE_ENV: test', 'line 1 is no KEY=VALUE; use NODE_ENV=test, not NODE_ENV: test'],
  ['A=1\nB:\n', 'line 2 is no KEY=VALUE; use NODE_ENV=test, not NODE_ENV: test'],
  ['two words', 'line 1 is no KEY=VALUE (a value of several lines is KEY<<END … END)'],
])(
  'SEE-1 a line in the form of YAML is answered with the other, and shows nothing of its value: %j',
  (text, message) => {
    expect(() => parseKeyValues(text)).toThrow(message)
  },
)

it.each([
  ['write /var/lib/docker/tmp/x: no space left on device', /Free space/],
  ['no matching manifest for linux/arm64/v8 in the manifest list entries', /platform/],
  ['toomanyrequests: You have reached your pull rate limit', /raises the limit/],
  ['manifest for node:99 not found: manifest unknown: manifest unknown', /name and tag/],
  ["pull access denied for x, repository does not exist or may require 'docker login'", /docker login/],
  ['unauthorized: authentication required', /docker login/],
  ['Get "https://r.example/v2/": dial tcp: lookup r.example: no such host', /reaches it/],
  ['something else', /Check its name/],
])('SEE-1 a pull that fails with %j is given advice that can help', (message, advice) => {
  expect(pullAdvice(new EngineError('refused', 'image pull', message))).toMatch(advice)
})

const full = (code = 'ENOSPC') =>
  Object.assign(new Error(`${code}: no space left on device, write`), { code })

describe('what an entry says of an error that was not caught (CTN-12)', () => {
  it.each<[string, unknown]>([
    ['of the system', full()],
    ['of a quota', full('EDQUOT')],
    ['of git', new GitError('git fetch: fatal: write error: No space left on device')],
    ['behind another', new Error('The page could not be made', { cause: full() })],
  ])('a full disk, %s', (_, error) => {
    expect(titleOf(error)).toBe('ACODE-CTN-013')
    expect(adviceOf(error)).toMatch(/^The runner’s disk is full: .*Free space/)
  })

  it('an error that has its own code, and a fault of ours', () => {
    const engines = new TaskError('ACODE-CTN-003', 'the engine’s disk is full', { cause: full() })
    expect([titleOf(engines), adviceOf(engines)]).toEqual(['ACODE-CTN-003', 'the engine’s disk is full'])
    expect(titleOf(new TypeError('x'))).toBe('Internal error of the action')
  })
})

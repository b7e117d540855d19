import { describe, expect, it } from 'vitest'
import { failOn, unknownKey } from '../../../src/task/problems.ts'
import { failureOf } from '../../support/failures.ts'

describe('unknownKey', () => {
  const KEYS = ['image', 'command', 'timeoutSeconds', 'env']
  it.each([
    ['imgae', 'is unknown; did you mean image?'],
    ['IMAGE', 'is unknown; did you mean image?'],
    ['timeout_seconds', 'is unknown; did you mean timeoutSeconds?'],
    ['entirelydifferent', 'is unknown; valid are image, command, timeoutSeconds, env'],
  ])('%s %s', (key, message) => {
    expect(unknownKey(key, KEYS)).toBe(message)
  })

  it('suggests no name that has nothing in common with what was written', () => {
    expect(unknownKey('zz', ['a1'])).toBe('is unknown; valid are a1')
  })

  it('does without keys to compare with', () => {
    expect(unknownKey('a', [])).toBe('is unknown; valid are ')
  })
})

describe('failOn', () => {
  it('lets through what has no problem', () => {
    expect(() => failOn([])).not.toThrow()
  })

  it('throws one error for all', async () => {
    const one = { field: 'a', message: 'is bad' }
    const two = { field: 'b', message: 'is worse' }
    expect(await failureOf(() => failOn([one]))).toEqual({
      code: 'ACODE-CTN-006',
      message: 'Invalid task: a is bad.',
    })
    expect((await failureOf(() => failOn([one, two]))).message).toBe(
      'Invalid task, 2 problems:\n  - a is bad\n  - b is worse',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { adviceOf, TaskError, titleOf } from '../../src/errors.ts'
import { GitError } from '../../src/host/git.ts'

const full = (code = 'ENOSPC') =>
  Object.assign(new Error(`${code}: no space left on device, write`), { code })

describe('what an entry says of an error that nobody caught (CTN-12)', () => {
  it.each<[string, unknown]>([
    ['of the system', full()],
    ['of a quota', full('EDQUOT')],
    ['of git', new GitError('git fetch: fatal: write error: No space left on device')],
    ['behind another', new Error('The page could not be made', { cause: full() })],
  ])('a full disk, %s', (_, error) => {
    expect(titleOf(error)).toBe('ACODE-CTN-013')
    expect(adviceOf(error)).toMatch(/^The runner’s disk is full: .*Free space/)
  })

  it('an error that has a code of its own, and a fault of ours', () => {
    const engines = new TaskError('ACODE-CTN-003', 'the engine’s disk is full', { cause: full() })
    expect([titleOf(engines), adviceOf(engines)]).toEqual(['ACODE-CTN-003', 'the engine’s disk is full'])
    expect(titleOf(new TypeError('x'))).toBe('Internal error of the action')
  })
})

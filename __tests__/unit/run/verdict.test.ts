import { expect, it } from 'vitest'
import { unexpected } from '../../../src/run/context/verdict.ts'

it.each(['ENOSPC', 'EDQUOT'])(
  'RUN-8 a disk of the runner that is full is no fault of the action: %s',
  (code) => {
    const full = Object.assign(new Error(`${code}: write '/tmp/x'`), { code })
    for (const error of [full, new Error('a note was not written', { cause: full })])
      expect(unexpected(error)).toMatchObject({
        code: 'ACODE-CTN-013',
        status: 'error',
        message: expect.stringMatching(/^The runner’s disk is full: .*RUNNER_TEMP/),
      })
  },
)

it('RUN-8 what nothing explains is reported with its stack', () => {
  expect(unexpected(new RangeError('no such thing'))).toMatchObject({
    code: 'ACODE-CTN-003',
    message: expect.stringMatching(/RangeError: no such thing\n +at .*report this/s),
  })
})

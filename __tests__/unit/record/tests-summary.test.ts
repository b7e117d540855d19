import { describe, expect, it } from 'vitest'
import type { Tests } from '../../../src/record/run-record.ts'
import { testsLine, testsPart } from '../../../src/record/summary/tests-summary.ts'

const TESTS: Tests = {
  total: 5,
  passed: 2,
  failed: 2,
  skipped: 1,
  seconds: 12,
  failures: [
    { name: 'pays <once>', suite: 'cart', message: 'expected 1\ngot 2 | no', file: 'src/a.ts', line: 3 },
    { name: 'cart adds', suite: 'cart', message: null, file: null, line: null },
  ],
  slowest: [{ name: 'pays', suite: 'cart', seconds: 9 }],
  files: [{ name: 'r.xml', format: 'junit', fault: 'it ends' }],
}

describe('what a summary says of tests (SEE-2)', () => {
  it('begins with those that failed, where and why', () => {
    expect(testsPart(TESTS)).toEqual([
      '❌ 2 of 5 tests failed, 1 skipped, in 12 s',
      '- ❌ **cart › pays &lt;once&gt;** (src/a.ts:3)<br>expected 1 got 2 \\| no\n- ❌ **cart adds**',
      '> Not whole: r.xml (it ends)',
      '<details><summary>Slowest tests</summary>\n\n- 9 s: cart › pays\n\n</details>',
    ])
  })

  it.each<[Partial<Tests>, string]>([
    [{ total: 1, passed: 1, failed: 0, skipped: 0, seconds: null }, '1 test passed'],
    [{ total: 5, passed: 4, failed: 0, skipped: 1, seconds: null }, '4 of 5 tests passed, 1 skipped'],
    [{ total: 0, passed: 0, failed: 0, skipped: 0, seconds: null }, 'No tests'],
  ])('counts in words: %j', (fields, words) => {
    expect(testsLine({ ...TESTS, ...fields })).toBe(words)
  })

  it('says nothing when there are none', () => {
    expect(testsPart(undefined)).toEqual([])
    expect(testsPart(null)).toEqual([])
  })
})

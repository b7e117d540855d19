import { describe, expect, it } from 'vitest'
import type { EarlierRun } from '../../../src/report/history/earlier-run.ts'
import { earlierRunOf, earlierRunSchema } from '../../../src/report/history/earlier-run.ts'
import { trendOf } from '../../../src/report/history/trend.ts'
import { legsOfRun, legWith, missingLeg } from '../../support/report-legs.ts'

/** Runs in which one task ended so, the latest first: `ok`, `no`, or `-` where it was not there. */
const runs = (ends: string, seconds = 10): EarlierRun[] =>
  ends.split(' ').map((end) => ({
    schemaVersion: 1,
    tasks: end === '-' ? [] : [{ id: 'unit', status: end === 'ok' ? 'succeeded' : 'failed', seconds }],
  }))

const passed = (seconds = 10) => legWith('unit', 'succeeded', [0, seconds])
const failed = legWith('unit', 'failed', [0, 10])

describe('trendOf (ACT-4)', () => {
  it.each([
    [
      'fails newly',
      failed,
      'ok ok ok no ok ok',
      ['Newly failing: unit (passed in the last 3 runs)', 'Flaky: unit (failed in 1 of the last 6 runs)'],
    ],
    ['fails newly after one run', failed, 'ok', ['Newly failing: unit (passed in the last run)']],
    ['is missing newly', missingLeg('unit'), 'ok ok', ['Newly failing: unit (passed in the last 2 runs)']],
    ['fails again', failed, 'no no', []],
    ['passes again', passed(), 'no no ok', ['Flaky: unit (failed in 2 of the last 3 runs)']],
    ['was repaired', passed(), 'no no', []],
    ['is flaky', passed(), 'no ok no', ['Flaky: unit (failed in 2 of the last 3 runs)']],
    ['is new', failed, '- - -', []],
    ['was not in the last run', failed, '- ok', ['Newly failing: unit (passed in the last run)']],
    ['is slower', passed(25), 'ok ok ok', ['Slower than before: unit (25 s, mostly 10 s)']],
    ['is a little slower', passed(14), 'ok ok ok', []],
    ['is slower than little is known of', passed(25), 'ok ok', []],
    ['is as ever', passed(), 'ok ok ok', []],
    ['is compared with nothing', failed, '-', []],
  ])('of a task that %s', (_, leg, ends, lines) => {
    expect(trendOf([leg], runs(ends))).toEqual(lines)
  })

  it('names the first of many', () => {
    const legs = Array.from({ length: 30 }, (_, index) => legWith(`t${index}`, 'failed', [0, 1]))
    const before = [
      {
        ...earlierRunOf(legs),
        tasks: legs.map(({ id }) => ({ id, status: 'succeeded' as const, seconds: 1 })),
      },
    ]
    expect(trendOf(legs, before)).toEqual([expect.stringMatching(/^Newly failing: t0 .* and 10 more$/)])
  })

  it('leaves what later runs can read', () => {
    expect(earlierRunSchema.parse(JSON.parse(JSON.stringify(earlierRunOf(legsOfRun(256)))))).toBeTruthy()
  })
})

import { describe, expect, it } from 'vitest'
import { ganttOf } from '../../../src/report/page/gantt.ts'
import { pageOf } from '../../../src/report/page/page.ts'
import { statusOf } from '../../../src/report/page/status-words.ts'
import { headline, signOfLeg, signOfRun, subline } from '../../../src/report/page/words.ts'
import { resultsOf } from '../../../src/report/results.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { spansOf, totalsOf } from '../../../src/report/totals.ts'
import { legWith, missingLeg } from '../../support/report-legs.ts'

describe('the totals of a report', () => {
  const legs = [
    legWith('a', 'succeeded', [0, 10]),
    legWith('b', 'failed', [5, 10]),
    legWith('c', 'timed-out', [15, 5]),
    legWith('d', 'skipped', [0, 0]),
    missingLeg('e'),
  ]

  it('RUN-11 count what succeeded, what was skipped, and all else as failed', () => {
    expect(totalsOf(legs)).toMatchObject({ total: 5, passed: 1, failed: 3, skipped: 1 })
  })

  it('count a failure that is allowed by itself, and a cancelled task as failed (RUN-11)', () => {
    const may = { allowFailure: true }
    const some = [
      legWith('a', 'succeeded', [0, 1], may),
      legWith('b', 'failed', [0, 1], may),
      legWith('c', 'timed-out', [0, 1], may),
      legWith('d', 'cancelled', [0, 1], may),
    ]
    expect(totalsOf(some)).toMatchObject({ total: 4, passed: 1, failed: 1, allowed: 2 })
    expect(headline(totalsOf(some.slice(0, 2)))).toBe('1 task passed, 1 failed, which is allowed')
    expect(headline(totalsOf(some.slice(1, 3)))).toBe('2 tasks failed, which is allowed')
  })

  it('RUN-11 count what passed only when it was tried again as passed and flaky, never as plain green', () => {
    const some = [legWith('a', 'succeeded', [0, 1]), legWith('b', 'succeeded', [0, 1], { flaky: true })]
    const totals = totalsOf(some)
    expect(totals).toMatchObject({ passed: 2, flaky: 1, failed: 0 })
    expect(headline(totals)).toBe('2 tasks passed (1 flaky)')
    expect(subline(totals)).toContain('2 passed · 1 flaky')
    expect([signOfRun(totals), ...some.map(signOfLeg)]).toEqual(['🔁', '✅', '🔁'])
    expect(some.map(statusOf)).toEqual(['passed', 'passed, flaky'])
    const shown = [summaryOf(some, totals, 20), pageOf(some, totals, 'run')]
    for (const text of shown)
      expect(text).toMatch(/🔁 2 tasks passed \(1 flaky\).*🔁( |&nbsp;)passed,( |&nbsp;)flaky/s)
    expect(ganttOf(spansOf(some))?.text).toMatch(/↻ b flaky .*:active/)
    expect(resultsOf(some)).toMatchObject([{ flaky: false }, { flaky: true }])
  })

  it('give the time from the first start to the last end, the work, and how many ran at once', () => {
    expect(totalsOf(legs)).toMatchObject({ wallSeconds: 20, workSeconds: 25, widest: 2 })
  })

  it.each([
    [
      legs,
      '3 of 5 tasks failed',
      '1 passed · 1 failed · 1 timed out · 1 missing · 1 skipped · took 20 s instead of 25 s one after another, up to 2 at once',
    ],
    [[legWith('a', 'succeeded', [0, 10])], '1 task passed', '1 passed · took 10 s'],
    [[legWith('a', 'skipped', [0, 0])], '1 task skipped', '1 skipped'],
    [
      [legWith('a', 'succeeded', [0, 1]), legWith('b', 'skipped', [0, 0])],
      '1 task passed, 1 skipped',
      '1 passed · 1 skipped · took 1 s',
    ],
    [[], 'No tasks', ''],
  ])('are two lines of words (%#)', (some, head, sub) => {
    expect(headline(totalsOf(some))).toBe(head)
    expect(subline(totalsOf(some))).toBe(sub)
  })
})

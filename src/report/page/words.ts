import { shorten } from '../../formats/text.ts'
import { formatSeconds } from '../../formats/units.ts'
import { hintOf } from '../../record/summary/hint.ts'
import { lastLines } from '../../record/summary/last-lines.ts'
import { FLAKY_SIGN, SIGNS } from '../../record/summary/summary.ts'
import type { Leg, LegStatus } from '../leg.ts'
import { isFlaky, type Totals } from '../totals.ts'
import { STATUS_WORDS } from './status-words.ts'

/** The sign of each status. */
export const statusSign = (status: LegStatus): string =>
  status === 'missing' || status === 'invalid' ? '❓' : SIGNS[status]

/** The sign of a leg: one that passed only when it was tried again has its own. */
export const signOfLeg = (leg: Leg): string => (isFlaky(leg) ? FLAKY_SIGN : statusSign(leg.status))

/** The sign of a whole run. */
export function signOfRun({ failed, flaky }: Totals): string {
  if (failed > 0) return SIGNS.failed
  return flaky > 0 ? FLAKY_SIGN : SIGNS.succeeded
}

/** `3 of 12 tasks failed`. */
export function headline({ total, failed, passed, skipped, allowed, flaky }: Totals): string {
  if (total === 0) return 'No tasks'
  if (failed > 0) return failed === total ? `${tasks(failed)} failed` : `${failed} of ${tasks(total)} failed`
  const [first, ...others] = [
    { count: passed, word: flaky > 0 ? `passed (${flaky} flaky)` : 'passed' },
    { count: allowed, word: 'failed, which is allowed' },
    { count: skipped, word: 'skipped' },
  ].filter(({ count }) => count > 0)
  const rest = others.map(({ count, word }) => `, ${count} ${word}`).join('')
  return first ? `${tasks(first.count)} ${first.word}${rest}` : 'No tasks'
}

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`)

/** `9 passed · 1 timed out · took 3 min 12 s instead of 41 min one after another, up to 8 at once`. */
export function subline({ byStatus, wallSeconds, workSeconds, widest, flaky }: Totals): string {
  const counts = Object.entries(STATUS_WORDS).flatMap(([status, word]) => {
    const count = [...byStatus].find(([one]) => one === status)?.[1]
    return count ? [`${count} ${word}`] : []
  })
  const saved = workSeconds > wallSeconds ? ` instead of ${formatSeconds(workSeconds)} one after another` : ''
  const parallel = widest > 1 ? `${saved}, up to ${widest} at once` : ''
  const time = widest > 0 ? [`took ${formatSeconds(wallSeconds)}${parallel}`] : []
  return [...counts, ...(flaky > 0 ? [`${flaky} flaky`] : []), ...time].join(' · ')
}

/** The last lines of a log, among which is the cause of a failure. */
const CAUSE_LINES = 20

/** Why a leg did not pass: its error, its exit, or what is wrong with its record; and what that mostly means. */
export function legFailure({ record, reason, logEnd }: Leg): string {
  const hint = record && hintOf(record, lastLines(logEnd ?? '', CAUSE_LINES))
  const withHint = (text: string) => (hint === null ? text : `${text} ${hint}`)
  if (record?.error) return withHint(`${record.error.code} ${shorten(record.error.message, 2000)}`)
  if (record && record.exitCode !== null)
    return withHint(hint === null ? `Exit ${record.exitCode}` : `Exit ${record.exitCode}.`)
  return reason === null ? '' : shorten(reason, 2000)
}

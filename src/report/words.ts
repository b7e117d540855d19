import { shorten } from '../formats/text.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import { SIGNS } from '../record/summary.ts'
import type { Leg, LegStatus } from './leg.ts'
import type { Totals } from './totals.ts'

/** The sign of each status. */
export const signOf = (status: LegStatus): string =>
  status === 'missing' || status === 'invalid' ? '❓' : SIGNS[status]

/** Each status as it is counted, the worst first. */
const COUNTED: readonly (readonly [LegStatus, string])[] = [
  ['succeeded', 'passed'],
  ['failed', 'failed'],
  ['timed-out', 'timed out'],
  ['out-of-memory', 'out of memory'],
  ['error', 'not run'],
  ['cancelled', 'cancelled'],
  ['missing', 'missing'],
  ['invalid', 'unreadable'],
  ['skipped', 'skipped'],
]

/** `3 of 12 tasks failed`. */
export function headline({ total, failed, passed, skipped, allowed }: Totals): string {
  if (total === 0) return 'No tasks'
  if (failed > 0) return failed === total ? `${tasks(failed)} failed` : `${failed} of ${tasks(total)} failed`
  const [first, ...others] = [
    { count: passed, word: 'passed' },
    { count: allowed, word: 'failed, which is allowed' },
    { count: skipped, word: 'skipped' },
  ].filter(({ count }) => count > 0)
  const rest = others.map(({ count, word }) => `, ${count} ${word}`).join('')
  return first ? `${tasks(first.count)} ${first.word}${rest}` : 'No tasks'
}

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`)

/** `9 passed · 1 timed out · 3 min 12 s, 41 min of work, up to 8 at once`. */
export function subline({ byStatus, wallSeconds, workSeconds, widest }: Totals): string {
  const counts = COUNTED.flatMap(([status, word]) => {
    const count = byStatus.get(status)
    return count ? [`${count} ${word}`] : []
  })
  const parallel = widest > 1 ? `, ${formatSeconds(workSeconds)} of work, up to ${widest} at once` : ''
  const time = widest > 0 ? [`${formatSeconds(wallSeconds)}${parallel}`] : []
  return [...counts, ...time].join(' · ')
}

/** The facts of a leg as words, in the columns of {@link COLUMNS}; empty where one is not known. */
export function factsOf({ record }: Leg): string[] {
  if (!record) return COLUMNS.map(() => '')
  const { exitCode, signal, durationSeconds, usage } = record
  return [
    shorten(record.container.image ?? '', 80),
    exitCode === null ? '' : `${exitCode}${signal === null ? '' : ` (${shorten(signal, 20)})`}`,
    durationSeconds === null ? '' : formatSeconds(durationSeconds),
    usage.peakMemoryBytes === null ? '' : formatBytes(usage.peakMemoryBytes),
    changesOf(record.workspace),
  ]
}

/** What {@link factsOf} gives. */
export const COLUMNS = ['image', 'exit', 'duration', 'peak memory', 'changes'] as const

function changesOf(workspace: { changedFiles: number | null; deletedFiles: number | null } | null): string {
  const parts = [
    workspace?.changedFiles ? `${workspace.changedFiles} written` : null,
    workspace?.deletedFiles ? `${workspace.deletedFiles} deleted` : null,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

/** Why a leg did not pass: its error, its exit, or what is wrong with its record. */
export function failureOf({ record, reason }: Leg): string {
  if (record?.error) return `${record.error.code} ${shorten(record.error.message, 2000)}`
  if (record && record.exitCode !== null) return `Exit ${record.exitCode}`
  return reason === null ? '' : shorten(reason, 2000)
}

import { formatSeconds } from '../../formats/units.ts'
import type { Leg } from '../leg.ts'
import { isFailure } from '../totals.ts'
import type { EarlierRun } from './earlier-run.ts'

/** A task is slower where it took so many times what it mostly takes, and so many seconds more. */
const SLOWER = 1.5
const SLOWER_SECONDS = 10
/** Fewer runs say nothing of what a task mostly takes. */
const LEAST_RUNS = 3
/** A task that changed between passing and failing so often does so without a reason in the code. */
const FLAKY_CHANGES = 2
/** How many tasks a line names. */
const NAMED = 20

type Task = EarlierRun['tasks'][number]

/**
 * What is new in this run, in lines; empty when nothing is, or there is nothing to compare with.
 * @param earlier the runs before it, the latest first
 */
export function trendOf(legs: readonly Leg[], earlier: readonly EarlierRun[]): string[] {
  const pasts = legs.map((leg) => ({ leg, past: pastOf(leg.id, earlier) }))
  const newly = pasts.filter(({ leg, past }) => isFailure(leg) && past[0]?.status === 'succeeded')
  const slower = pasts.flatMap(({ leg, past }) => slowerThan(leg, past) ?? [])
  const flaky = pasts.filter(({ leg, past }) => changesOf(leg, past) >= FLAKY_CHANGES)
  return [
    line(
      'Newly failing',
      newly.map(({ leg, past }) => `${leg.id} (passed ${timesOf(past)})`),
    ),
    line('Slower than before', slower),
    line(
      'Flaky',
      flaky.map(({ leg, past }) => `${leg.id} (failed in ${failedOf(past)} of the last ${past.length} runs)`),
    ),
  ].filter((one) => one !== '')
}

const line = (title: string, tasks: readonly string[]): string => {
  const more = tasks.length > NAMED ? ` and ${tasks.length - NAMED} more` : ''
  return tasks.length === 0 ? '' : `${title}: ${tasks.slice(0, NAMED).join(', ')}${more}`
}

/** What a task did in earlier runs that had it and came to an end with it. */
const pastOf = (id: string, earlier: readonly EarlierRun[]): Task[] =>
  earlier.flatMap(({ tasks }) => tasks.find((task) => task.id === id && SAYING.has(task.status)) ?? [])

const SAYING = new Set<Task['status']>(['succeeded', 'failed', 'timed-out', 'out-of-memory'])

/** `in the last run`, `in the last 5 runs`. */
function timesOf(past: readonly Task[]): string {
  const first = past.findIndex(({ status }) => status !== 'succeeded')
  const times = first === -1 ? past.length : first
  return times === 1 ? 'in the last run' : `in the last ${times} runs`
}

const failedOf = (past: readonly Task[]): number => past.filter(({ status }) => status !== 'succeeded').length

/** How often a task went from passing to failing or back, this run included. */
function changesOf(leg: Leg, past: readonly Task[]): number {
  const ends = [...(SAYING.has(leg.status) ? [leg.status] : []), ...past.map(({ status }) => status)]
  return ends.filter((end, at) => at > 0 && (end === 'succeeded') !== (ends[at - 1] === 'succeeded')).length
}

function slowerThan({ id, status, record }: Leg, past: readonly Task[]): string | null {
  const seconds = record?.durationSeconds ?? null
  const before = past.flatMap((task) =>
    task.status === 'succeeded' && task.seconds !== null ? [task.seconds] : [],
  )
  if (status !== 'succeeded' || seconds === null || before.length < LEAST_RUNS) return null
  const usual = before.toSorted((one, other) => one - other)[Math.floor(before.length / 2)] ?? seconds
  if (seconds < usual * SLOWER || seconds < usual + SLOWER_SECONDS) return null
  return `${id} (${formatSeconds(seconds)}, mostly ${formatSeconds(usual)})`
}

import type { Leg } from './leg.ts'
import { isFailure } from './totals.ts'

/** How a job that others need ended: `needs.<job>.result`. */
export const RESULTS = ['success', 'failure', 'cancelled', 'skipped'] as const
/** One of {@link RESULTS}. */
type JobResult = (typeof RESULTS)[number]

/** What a workflow says of the jobs before its report; undefined when it does not. */
interface Needed {
  readonly 'plan-result': JobResult | undefined
  readonly 'tasks-result': JobResult | undefined
  readonly expected: readonly string[] | undefined
}

const DROPPED =
  'GitHub drops an output of a job that holds a text which is masked there: a secret, or a line of one. The log of the job plan names it (“Skip output”). Take the text out of the tasks, or give the secret in one line'

/** Why it is not known which tasks there should be; null when it is known, or was never said. */
export function whyUnplanned({ 'plan-result': plan, expected }: Needed): string | null {
  if (plan === undefined) return null
  if (plan !== 'success') return `There is no plan: its job ended with ${plan}. Its log says why.`
  return expected === undefined ? `The list of planned tasks did not arrive. ${DROPPED}.` : null
}

/** Why none of the tasks that were planned was started; null when some were, or none was planned. */
export function whyNotStarted({ 'tasks-result': tasks, expected = [] }: Needed): string | null {
  if (tasks !== 'skipped' || expected.length === 0) return null
  return `None of the ${expected.length} planned tasks was started: the plan’s outputs matrix, session or commit did not arrive. ${DROPPED}.`
}

/**
 * The legs with what their jobs say. Where all jobs succeeded, a task without a record is none that failed: its record
 * was not uploaded.
 */
export function explained(legs: readonly Leg[], needed: Needed): Leg[] {
  const why = whyNotStarted(needed)
  return legs.map((leg) => {
    if (leg.status !== 'missing') return leg
    if (needed['tasks-result'] === 'success') return { ...leg, jobSucceeded: true, reason: NOT_UPLOADED }
    return why === null ? leg : { ...leg, reason: why }
  })
}

const NOT_UPLOADED =
  'Its job succeeded, and its record did not arrive: the upload was refused or failed. The job’s log has the reason as a warning (ACODE-CTN-013).'

/** What the jobs say that the records do not. */
export interface JobNotes {
  /** Each fails the run. */
  readonly alarms: readonly string[]
  readonly warnings: readonly string[]
}

/** What is to be said of the jobs behind these legs. `isStrict`: a job that failed fails the report. */
export function notesOf(legs: readonly Leg[], needed: Needed, attempt: string, isStrict: boolean): JobNotes {
  const alarms = [whyNotStarted(needed), isStrict ? diedUnrecorded(legs, needed, attempt) : null]
  return { alarms: alarms.filter((text) => text !== null), warnings: [notUploaded(legs) ?? []].flat() }
}

/** A warning of the tasks whose jobs succeeded and whose records did not arrive; null when there are none. */
export function notUploaded(legs: readonly Leg[]): string | null {
  const ids = legs.flatMap(({ id, jobSucceeded }) => (jobSucceeded ? [id] : []))
  return ids.length === 0 ? null : `Without a record: ${ids.join(', ')}. ${NOT_UPLOADED}`
}

/** Why a run failed whose records all say success: a record of an earlier attempt hides a job that died in this one. */
export function diedUnrecorded(
  legs: readonly Leg[],
  { 'tasks-result': tasks }: Needed,
  attempt: string,
): string | null {
  if (tasks !== 'failure' && tasks !== 'cancelled') return null
  if (legs.some(isFailure)) return null
  const earlier = legs.flatMap(({ id, record }) => (record?.session.endsWith(`a${attempt}`) ? [] : [id]))
  const which = earlier.length === 0 ? '' : ` Without a record of this attempt: ${earlier.join(', ')}.`
  return `The jobs of the tasks ended with ${tasks}, and no record says so: a job died before it could record its task, or failed in another step.${which} The log of the job says why.`
}

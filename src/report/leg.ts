import type { Status } from '../errors.ts'
import type { RunRecord } from '../record/run-record.ts'
import { splitName, taskNameIn } from '../task/identity.ts'
import type { Found } from './artifacts/found.ts'

/** How a leg of the matrix ended: as its record says, or that there is none (`missing`), or none to be read. */
export type LegStatus = Status | 'missing' | 'invalid'

/** One task of the run as the report shows it. */
export interface Leg {
  /** The id that the plan gave it, or the name in its record. */
  readonly id: string
  readonly status: LegStatus
  readonly record: RunRecord | null
  readonly logEnd: string | null
  /** Why there is no record, or no log. */
  readonly reason: string | null
  readonly artifact: string | null
  readonly link: string | null
  /** True when there is no record, and the job is known to have succeeded all the same. */
  readonly jobSucceeded?: boolean
}

const MISSING =
  'It left no record: its job was not started, was cancelled, or died before its post step. The log of the job says why.'

/**
 * The legs of the matrix: one for each record, the latest where a task was tried again, and one for each expected
 * task that left none. With a session's stem, what other calls of the workflow left is none of this report's.
 */
export function legsOf(
  found: readonly Found[],
  expected: readonly string[] | undefined,
  stem: string | undefined,
): Leg[] {
  const own = found.filter((one) => stem === undefined || isIn(sessionOf(one), stem))
  const taken = new Set<Found>()
  const planned = (expected ?? []).map((id): Leg => {
    // The name is cut where session and id are long, so that attempts 9 and 10 may have names of two lengths.
    const tries = own.filter((candidate) => isOf(candidate, id))
    for (const one of tries) taken.add(one)
    const newest = latest(tries)
    return newest ? legOf(id, newest) : { ...NOTHING, id, status: 'missing', reason: MISSING }
  })
  const others = Map.groupBy(
    own.filter((one) => !taken.has(one)),
    (one) => `${stemOf(sessionOf(one))} ${taskOf(one)}`,
  )
  const unplanned = [...others.values()].flatMap((tries) => latest(tries) ?? [])
  return [...planned, ...unplanned.map((one) => legOf(taskOf(one), one))]
}

const NOTHING = { record: null, logEnd: null, artifact: null, link: null }

function legOf(id: string, { record, logEnd, reason, artifact, link }: Found): Leg {
  return { id, status: record?.status ?? 'invalid', record, logEnd, reason, artifact, link }
}

/** A session without its attempt: what two tries of one task share. */
const stemOf = (session: string): string => session.replace(/a\d+$/, '')
/** A session belongs to its stem; one that is named with its attempt, to itself. */
const isIn = (session: string, stem: string): boolean => session === stem || stemOf(session) === stem
const attemptOf = (session: string): number => Number(/a(\d+)$/.exec(session)?.[1] ?? 0)

const sessionOf = ({ record, artifact }: Found): string =>
  record?.session ?? splitName(artifact)?.session ?? ''
const taskOf = ({ record, artifact }: Found): string => record?.task ?? splitName(artifact)?.task ?? artifact

/** A planned id becomes the task's name by the rules of its session (CTN-13). */
const isOf = (found: Found, id: string): boolean => taskNameIn(sessionOf(found), id) === taskOf(found)

/**
 * The last attempt, and of one attempt the task that was started last: what was uploaded last may have been started
 * first. Of records that do not say when, the later artifact.
 */
const latest = (tries: readonly Found[]): Found | undefined =>
  tries
    .toSorted((one, other) => attemptOf(sessionOf(one)) - attemptOf(sessionOf(other)) || byStart(one, other))
    .at(-1)

const byStart = ({ record: one }: Found, { record: other }: Found): number =>
  one && other ? Date.parse(one.startedAt) - Date.parse(other.startedAt) : 0

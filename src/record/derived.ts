import type { RunRecord } from './run-record.ts'

/** What people call the task of a record; those of earlier versions have no name for them. */
export const labelIn = ({ label, task }: RunRecord): string => label ?? task

/** True when a task failed that may: it fails no step and no report. A cancelled one did not fail. */
export const isAllowedFailure = ({ allowFailure, status }: RunRecord): boolean =>
  allowFailure === true && ['failed', 'timed-out', 'out-of-memory', 'error'].includes(status)

/**
 * A record with the end of its run, by how long that took: where the clock was set meanwhile, its two times would
 * say something else.
 */
export function finished(record: RunRecord, seconds: number): RunRecord {
  const finishedAt = new Date(Date.parse(record.startedAt) + seconds * 1000).toISOString()
  return { ...record, finishedAt, durationSeconds: seconds }
}

import { explainEngineError, noEngine } from '../container/engine-errors.ts'
import { type ErrorCode, type Status, TaskError } from '../errors.ts'
import { markUnfinished, stageOf } from '../record/unfinished.ts'
import type { Context } from './context.ts'
import type { Run } from './open.ts'

/** A run whose task's status is not its container's. */
export function settle(run: Run, status: Status, error: TaskError | null = null): void {
  run.recorder.record.status = status
  run.recorder.record.error = error === null ? null : { code: error.code, message: error.message }
}

/**
 * Puts a failure into the record: the engine's as what it means to the user, and any failure of a cancelled
 * job as the cancellation.
 */
export async function settleError({ docker, run, signals }: Context, error: unknown): Promise<void> {
  if (signals.late.aborted) return // and told already
  if (error instanceof TaskError && error.code === 'ACODE-CTN-009') return settle(run, 'cancelled', error)
  if (signals.cancel.aborted) return settleCancelled(run)
  const explained = await explainEngineError(docker, error)
  const own = explained instanceof TaskError ? explained : unexpected(explained)
  const taskError = (BY_ENGINE.has(own.code) && (await noEngine(docker, own))) || own
  settle(run, taskError.status, taskError)
}

/** Puts into the record what is known when a cancelled job's time is up. */
export function settleLate({ run }: Context): void {
  settleCancelled(run)
  run.recorder.record.cleanup.failed.push(
    `${run.identity.container}: what is left of it is removed by the post step, since the time of a cancelled job was up`,
  )
}

/** A task that had succeeded, and whose changes and outputs were cut off by the cancel, has not. */
function settleCancelled({ recorder: { record } }: Run): void {
  const isCutOff = stageOf(record) === 'collecting' && record.status === 'succeeded'
  markUnfinished(record, CANCELLED)
  if (isCutOff) record.status = 'cancelled'
}

const CANCELLED = 'The job was cancelled'

/** What an engine that is gone looks like to those who need it. */
const BY_ENGINE: ReadonlySet<ErrorCode> = new Set([
  ...(['ACODE-CTN-002', 'ACODE-CTN-003'] as const),
  ...(['ACODE-CTN-004', 'ACODE-CTN-010'] as const),
])

/** A fault of ours has a record too (RUN-8), with what is needed to find it. */
function unexpected(error: unknown): TaskError {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new TaskError(
    'ACODE-CTN-003',
    `The action failed unexpectedly: ${what}\nPlease report this with the log.`,
    { cause: error },
  )
}

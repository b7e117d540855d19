import { explainEngineError } from '../container/lifecycle.ts'
import { type Status, TaskError } from '../errors.ts'
import { type Context, cancelled } from './context.ts'
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
  if (signals.cancel.aborted) return settle(run, 'cancelled', cancelled(run.identity.container))
  const explained = await explainEngineError(docker, error)
  const taskError = explained instanceof TaskError ? explained : unexpected(explained)
  settle(run, taskError.status, taskError)
}

/** A fault of ours has a record too (RUN-8), with what is needed to find it. */
function unexpected(error: unknown): TaskError {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new TaskError(
    'ACODE-CTN-003',
    `The action failed unexpectedly: ${what}\nPlease report this with the log.`,
    { cause: error },
  )
}

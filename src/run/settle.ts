import { explainEngineError } from '../container/lifecycle.ts'
import { EngineError } from '../engine/docker.ts'
import type { Status } from '../errors.ts'
import { TaskError } from '../errors.ts'
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
 * @throws what is no failure of task or engine but a fault of ours
 */
export async function settleError({ docker, run, signals }: Context, error: unknown): Promise<void> {
  const ours = error instanceof TaskError || error instanceof EngineError
  if (signals.cancel.aborted && ours) return settle(run, 'cancelled', cancelled(run.identity.container))
  const explained = await explainEngineError(docker, error)
  if (!(explained instanceof TaskError)) throw explained
  settle(run, explained.status, explained)
}

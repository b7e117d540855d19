import { explainEngineError, noEngine } from '../../container/facts/engine-errors.ts'
import { STOPPED } from '../../container/life/ended-by-others.ts'
import type { Docker } from '../../engine/docker.ts'
import { adviceOf, type ErrorCode, isDiskFull, type Status, TaskError } from '../../errors.ts'
import type { Facts } from '../../record/facts.ts'
import type { RunRecord } from '../../record/run-record.ts'
import { stageOf, unfinished } from '../../record/unfinished.ts'
import type { Context } from './context.ts'

/** That a run ended otherwise than its container. */
export function endsAs(status: Status, error: TaskError | null = null): Facts {
  return { verdict: { status, error: error && { code: error.code, message: error.message } } }
}

/**
 * What a failure makes of a run: the engine's is explained to the user, and any failure of a cancelled job is the
 * cancellation.
 */
export async function judgeFailure({ docker, run, signals }: Context, error: unknown): Promise<Facts> {
  if (error instanceof TaskError && error.code === 'ACODE-CTN-009') return endsAs('cancelled', error)
  if (signals.cancel.aborted) return endsCancelled(run.recorder.record)
  const cause = await causeOf(docker, error)
  return endsAs(cause.status, cause)
}

/** What a failure comes from: where no engine answers now that, but for a task that its engine has ended. */
export async function causeOf(docker: Docker, error: unknown): Promise<TaskError> {
  const explained = await explainEngineError(docker, error)
  const own = explained instanceof TaskError ? explained : unexpected(explained)
  if (own.cause === STOPPED || !BY_ENGINE.has(own.code)) return own
  return (await noEngine(docker, own)) ?? own
}

/** What is so of a run whose job's time was up before it had come to its end. */
export function endsLate(record: RunRecord): Facts {
  const left = `${record.container.name}: what is left of it is removed by the post step, since the time of a cancelled job was up`
  return { ...endsCancelled(record), cleanup: { failed: [left] } }
}

/** A task that had succeeded, and whose changes and outputs were cut off by the cancel, has not. */
function endsCancelled(record: RunRecord): Facts {
  const { status, error, collection } = unfinished(record, 'The job was cancelled')
  const isCutOff = stageOf(record) === 'collecting' && status === 'succeeded'
  return {
    verdict: { status: isCutOff ? 'cancelled' : status, error },
    ...(record.collection == null && collection != null && { collected: { collection } }),
  }
}

/** What an engine that is gone looks like to those who need it. */
const BY_ENGINE: ReadonlySet<ErrorCode> = new Set([
  ...(['ACODE-CTN-002', 'ACODE-CTN-003'] as const),
  ...(['ACODE-CTN-004', 'ACODE-CTN-010'] as const),
])

/** A fault of the action has a record too (RUN-8), with what is needed to find it; a full disk is none. */
export function unexpected(error: unknown): TaskError {
  if (isDiskFull(error)) return new TaskError('ACODE-CTN-013', adviceOf(error), { cause: error })
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new TaskError(
    'ACODE-CTN-003',
    `The action failed unexpectedly: ${what}\nPlease report this with the log.`,
    { cause: error },
  )
}

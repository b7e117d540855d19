import type { Docker } from '../../engine/docker.ts'
import { TaskError } from '../../errors.ts'
import type { StopSignals } from '../../host/signals.ts'
import type { Guard } from './guard.ts'
import type { Run } from './open-run.ts'
import type { Scope } from './scope.ts'
import type { StepEnd } from './step-end.ts'

/** What every step of a run needs. */
export interface Context {
  readonly run: Run
  readonly docker: Docker
  readonly signals: StopSignals
  readonly step: StepEnd
  /** Which try of its task this is, from 1. */
  readonly tryNumber: number
  /** What the run has made. */
  readonly scope: Scope
  /** Ends the task where this process dies and nothing comes after it. */
  readonly guard: Guard
}

/**
 * Ends a run between two steps where its job is cancelled.
 * @throws TaskError ACODE-CTN-009
 */
export function throwIfCancelled({
  signals,
  run,
  tryNumber,
}: Pick<Context, 'signals' | 'run' | 'tryNumber'>): void {
  if (!signals.cancel.aborted) return
  throw new TaskError(
    'ACODE-CTN-009',
    `The job was cancelled before the task of ${run.identity.container} was started${tryNumber > 1 ? ' again' : ''}.`,
    { status: 'cancelled' },
  )
}

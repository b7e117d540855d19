import type { Docker } from '../engine/docker.ts'
import { TaskError } from '../errors.ts'
import type { StopSignals } from '../host/signals.ts'
import type { Collected } from '../record/collect.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Run } from './open.ts'

/** What every step of a run needs. */
export interface Context {
  readonly docker: Docker
  readonly run: Run
  readonly signals: StopSignals
  /** The runner's environment. */
  readonly env: NodeJS.ProcessEnv
  /** The id of the container in which we run ourselves, once the engine was asked; null: in none of its. */
  ownContainer: string | null
  /** The workspace that was prepared last, to be disposed of. */
  workspace: Workspace | null
  /** The network that was made for the task alone; null where none was. */
  network: string | null
  /** Whether the engine was asked for one and has not said no: it may have made one that is not known here. */
  isNetworkAsked: boolean
  /** What the task left for the workflow; null until it is collected. */
  collected: Collected | null
}

/**
 * Ends a run between two steps where its job is cancelled.
 * @throws TaskError ACODE-CTN-009
 */
export function throwIfCancelled({ signals, run }: Context): void {
  if (!signals.cancel.aborted) return
  throw new TaskError(
    'ACODE-CTN-009',
    `The job was cancelled before the task of ${run.identity.container} was started.`,
    { status: 'cancelled' },
  )
}

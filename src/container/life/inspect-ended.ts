import { isGoing, isLive } from '../../engine/container-answers.ts'
import type { Docker } from '../../engine/docker.ts'
import type { EngineError } from '../../engine/errors.ts'
import type { Health } from '../../engine/health.ts'
import { type StartFault, startFault } from '../../engine/start-faults.ts'
import { sentence, TaskError } from '../../errors.ts'
import { AFTER_REMOVAL } from '../facts/engine-errors.ts'

/** The engine could not start a container. `reason` is in its words, empty when it gives none. */
export class NotStartedError extends TaskError {
  readonly reason: string
  /** What of it is known; null when nothing is. */
  readonly fault: StartFault | null

  constructor(name: string, reason: string) {
    super(
      'ACODE-CTN-003',
      `The container ${name} could not be started: ${sentence(reason || 'the engine does not say why')} Correct what the engine names (command, mount, limit or runtime).`,
    )
    this.reason = reason
    this.fault = startFault(reason)
  }
}

/** A container that ran to its end. */
export interface EndedContainer {
  readonly exitCode: number
  readonly oomKilled: boolean
  readonly startedAt: Date
  readonly finishedAt: Date
  /** As it was while the container ran; null when the image has no check, or it is not known. */
  readonly health: Health | null
}

/**
 * What the engine says of a container whose run is over. Whether it ever started distinguishes an
 * engine's failure from a command that exits 125, 126 or 127.
 * @param failure why a call of its run did not succeed
 * @throws NotStartedError when it never started
 * @throws TaskError ACODE-CTN-003 when someone else removed it, ACODE-CTN-005 when it still runs
 * without us
 */
export async function inspectEnded(
  docker: Docker,
  container: string,
  name: string,
  failure: EngineError | null,
): Promise<EndedContainer> {
  const found = await docker.containers.find(container)
  // A removal ends the container first: it may be seen in between.
  if (found === null || isGoing(found.state.status)) throw removedByOthers(name)
  const { state } = found
  const { exitCode, oomKilled, startedAt, finishedAt, health } = state
  if (startedAt === null) throw new NotStartedError(name, state.error || (failure?.message ?? ''))
  if (isLive(state.status))
    throw new TaskError(
      'ACODE-CTN-005',
      `The connection to the engine was lost while ${name} ran; the container is removed. Look at the engine's log on this machine.`,
    )
  return { exitCode, oomKilled, startedAt, finishedAt: finishedAt ?? new Date(), health }
}

const removedByOthers = (name: string): TaskError =>
  new TaskError(
    'ACODE-CTN-003',
    `The container ${name} was removed by someone else before its task had ended; this job did not remove it. ${AFTER_REMOVAL}`,
  )

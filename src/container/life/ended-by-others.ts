import { EngineError } from '../../engine/errors.ts'
import { TaskError } from '../../errors.ts'
import type { ExitState } from './outcome.ts'

const LIVE_RESTORE =
  'With "live-restore": true in the engine’s daemon.json tasks outlive its restart; retry: { on: [engine] } tries again.'

/** An engine that goes away may end its containers: how they ended then says nothing of their tasks. */
export const engineLost = (name: string, failure: EngineError | null): TaskError =>
  new TaskError(
    'ACODE-CTN-005',
    `The engine went away while ${name} was started or ran${failure === null ? '' : ` (${failure.message})`}: how its task would have ended is not known. Look at the engine’s log on this machine, and run the task again. ${LIVE_RESTORE}`,
    { cause: failure ?? STOPPED },
  )

/** Something else has ended a container, for instance an engine that stops. */
export const endedByOthers = (name: string, { exitCode }: Pick<ExitState, 'exitCode'>): TaskError =>
  new TaskError(
    'ACODE-CTN-003',
    `The container ${name} was ended from outside with ${exitCode === 137 ? 'SIGKILL' : 'SIGTERM'}, by docker stop or kill, or by an engine that was about to stop: how its task would have ended is not known. Look at the engine’s log on this machine at that time, and run the task again. ${LIVE_RESTORE}`,
    { cause: STOPPED },
  )

/** It is the engine's failure, not the task's, to those who try again. */
export const STOPPED = new EngineError(
  'unreachable',
  'container wait',
  'the container was ended from outside',
)

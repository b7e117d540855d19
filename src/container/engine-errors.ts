import type { Docker } from '../engine/docker.ts'
import { EngineError, type EngineReason } from '../engine/errors.ts'
import { sentence, TaskError } from '../errors.ts'

/** What to do about a container that is gone while its task is at work. */
export const AFTER_REMOVAL =
  'Look for a cleanup (docker rm, docker system prune, another runner of the same engine) at that time, and run the task again.'

/**
 * What an engine's failure means to the user.
 * @returns a TaskError for an EngineError, anything else as it is
 */
export async function explainEngineError(docker: Docker, error: unknown): Promise<unknown> {
  if (!(error instanceof EngineError)) return error
  if (error.reason === 'not-found')
    return new TaskError(
      'ACODE-CTN-003',
      `${error.message}: somebody else removed this task’s container. ${AFTER_REMOVAL}`,
      { cause: error },
    )
  const gone = await noEngine(docker, error)
  if (gone === null)
    return new TaskError('ACODE-CTN-003', `The engine failed: ${error.message} (${error.call} …).`, {
      cause: error,
    })
  return gone
}

/** That no engine answers, where that is so: the cause of whatever else failed. */
export async function noEngine(docker: Docker, error: Error): Promise<TaskError | null> {
  const isMissing = error instanceof EngineError && error.reason === 'missing'
  const why = isMissing ? error : await docker.unreachable()
  if (why === null) return null
  const advice = ADVICE[why.reason] ?? START_ONE
  return new TaskError('ACODE-CTN-005', `No container engine answers: ${sentence(why.message)} ${advice}`, {
    cause: error,
  })
}

const INSTALL = 'Install Docker on this runner, or use a runner that has it.'
const START_ONE = 'Start Docker on this runner, or point DOCKER_HOST to an engine.'
const LET_IN =
  'Let the runner’s user use the engine: add it to the group that its socket belongs to (mostly docker) and start the runner again, or point DOCKER_HOST to an engine of its own.'
const ADVICE: Partial<Record<EngineReason, string>> = { missing: INSTALL, denied: LET_IN }

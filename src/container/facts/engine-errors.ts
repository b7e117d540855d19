import type { Docker } from '../../engine/docker.ts'
import { EngineError } from '../../engine/errors.ts'
import { isInContainer } from '../../engine/own-container.ts'
import { socketOwner } from '../../engine/rootless.ts'
import { hasCli } from '../../engine/transport/cli.ts'
import { TaskError } from '../../errors.ts'
import { gapsText, NO_CLI } from './engine-gaps.ts'
import { isInPod } from './topology.ts'

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
      `${error.message}: someone else removed this task’s container. ${AFTER_REMOVAL}`,
      { cause: error },
    )
  const gone = await noEngine(docker, error)
  if (gone === null)
    return new TaskError('ACODE-CTN-003', `The engine failed: ${error.message} (${error.call} …).`, {
      cause: error,
    })
  return gone
}

/** That no engine answers, with all that is missing, where that is so: the cause of whatever else failed. */
export async function noEngine(docker: Docker, error: Error): Promise<TaskError | null> {
  const why = (await docker.unreachableReason()) ?? (isAboutClient(error) ? error : null)
  if (why === null) return null
  const socketGroup = socketOwner(await docker.endpoint())?.gid ?? null
  const place = {
    ...{ os: process.platform, inPod: isInPod(process.env) },
    ...{ inContainer: await isInContainer(), socketGroup },
  }
  const gaps = [why, ...(why.reason === 'missing' || hasCli() ? [] : [NO_CLI])]
  const what =
    why.reason === 'no-common-version' ? 'The engine cannot be used' : 'No container engine answers'
  return new TaskError('ACODE-CTN-005', `${what}: ${gapsText(gaps, place)}`, { cause: error })
}

/** True for a failure of the docker command that no answer of the engine shows. */
const isAboutClient = (error: Error): error is EngineError =>
  error instanceof EngineError && (error.reason === 'missing' || error.reason === 'no-common-version')

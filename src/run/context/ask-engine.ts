import { isInPod, topologyLine, topologyRefusal } from '../../container/facts/topology.ts'
import type { Docker } from '../../engine/docker.ts'
import { isInContainer, type OwnPlace } from '../../engine/own-container.ts'
import { askMode, type EngineMode, isOwnSocket, OURS } from '../../engine/rootless.ts'
import { TaskError } from '../../errors.ts'
import { runnerEnvironment } from '../../github/environment.ts'

/** What a run needs to know of its engine. */
export interface KnownEngine extends EngineMode, OwnPlace {
  /** Where runner and engine are, in one line for the log. */
  readonly topology: string
}

/**
 * Asks once what the engine is like, and how it names this machine's files.
 * @throws TaskError ACODE-CTN-005 when no task can run on it
 */
export async function askEngine(docker: Docker, env: NodeJS.ProcessEnv): Promise<KnownEngine> {
  const [{ facts, mode }, place, inContainer, endpoint] = await Promise.all([
    ...([askMode(docker), docker.ownPlace()] as const),
    ...([isInContainer(), docker.endpoint()] as const),
  ])
  const topology = {
    ...{ os: process.platform, environment: runnerEnvironment(env) },
    ...{ inContainer, inPod: isInPod(env), endpoint, engine: facts },
    isOurEngine: place.container !== null,
    isOwnSocket: isOwnSocket(endpoint, OURS),
  }
  const refusal = topologyRefusal(topology)
  if (refusal !== null) throw new TaskError('ACODE-CTN-005', refusal)
  return { ...mode, ...place, topology: topologyLine(topology) }
}

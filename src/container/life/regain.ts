import { setTimeout as sleep } from 'node:timers/promises'
import { isLive } from '../../engine/container-answers.ts'
import type { AttachedOutput } from '../../engine/containers.ts'
import type { Docker } from '../../engine/docker.ts'
import { EngineError } from '../../engine/errors.ts'

/** How long an engine that went away is waited for: one with `live-restore` lets its containers live meanwhile. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 250

/**
 * What there is of a container whose connection was lost: its output from now on, where it still runs; `over`, where it
 * has ended or is gone, as the engine knows; `unknown`, where the engine was away meanwhile, and so may have ended it.
 */
type Regained = AttachedOutput | 'over' | 'unknown'

/** Whether a call failed since the engine, or the way to it, went away. */
export const isLost = (failure: EngineError | null): boolean => failure?.reason === 'unreachable'

/** Attaches again to a container that runs on, once its engine answers; waits for that no longer than 30 s. */
export async function regain(docker: Docker, container: string, signal: AbortSignal): Promise<Regained> {
  const giveUp = performance.now() + PATIENCE_MS
  let wasAway = false
  while (!signal.aborted) {
    const found = await tryOnce(docker, container, signal)
    if (found === 'ended') return wasAway ? 'unknown' : 'over'
    if (found !== 'away') return found
    wasAway = true
    if (performance.now() > giveUp) break
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
  }
  return 'unknown'
}

async function tryOnce(
  docker: Docker,
  container: string,
  signal: AbortSignal,
): Promise<AttachedOutput | 'ended' | 'away'> {
  try {
    const found = await docker.containers.find(container)
    if (found === null || !isLive(found.state.status)) return 'ended'
    return await docker.containers.attach(container, signal)
  } catch (error) {
    if (error instanceof EngineError) return 'away'
    throw error
  }
}

import type { Docker } from '../engine/docker.ts'
import { EngineError } from '../engine/errors.ts'
import type { CgroupReading } from '../host/cgroup.ts'
import type { EndedContainer } from './inspect-ended.ts'

/**
 * What it was that killed a process of a task for memory: the task's own limit, or the machine, which had none left.
 * Null where none was.
 */
export type MemoryKill = 'limit' | 'machine' | null

/** By the kernel's counters and the engine's own word; null where neither says so. */
export function memoryKillSeen(
  { oomKilled }: Pick<EndedContainer, 'oomKilled'>,
  reading: Pick<CgroupReading, 'memoryKills'> | null,
): MemoryKill {
  const { count = 0, isAtLimit = true } = reading?.memoryKills ?? {}
  if (count > 0) return isAtLimit ? 'limit' : 'machine'
  return oomKilled ? 'limit' : null
}

/** SIGKILL, which is how the kernel ends a process for memory, and anybody any. */
const KILLED = 137

/**
 * Whether memory was what ended a task, so that a SIGKILL is no guess (CTN-14). Where the kill was in the first or the last
 * moment of the container, the kernel's counters were not read any more, and the engine's word may come after the
 * container's end: then it is among the engine's events.
 */
export async function findMemoryKill(
  docker: Docker,
  container: string,
  ended: EndedContainer,
  reading: CgroupReading | null,
): Promise<MemoryKill> {
  const seen = memoryKillSeen(ended, reading)
  if (seen !== null || ended.exitCode !== KILLED) return seen
  try {
    return (await docker.containers.wasOutOfMemory(container, ended)) ? 'limit' : null
  } catch (error) {
    if (error instanceof EngineError) return null // how the task ended is known all the same
    throw error
  }
}

import type { Docker } from '../../engine/docker.ts'
import { EngineError, isRefusal } from '../../engine/errors.ts'
import type { CgroupReading } from '../../host/cgroup.ts'
import type { EndedContainer } from './inspect-ended.ts'

/**
 * What it was that killed a process of a task for memory: the task's own limit, or the machine, which had none left.
 * Null when none was.
 */
export type MemoryKill = 'limit' | 'machine' | null

/** By the kernel's counters and the engine's own word; null when neither says so. */
export function memoryKillSeen(
  { oomKilled }: Pick<EndedContainer, 'oomKilled'>,
  reading: Pick<CgroupReading, 'memoryKills'> | null,
): MemoryKill {
  const { count = 0, isAtLimit = true } = reading?.memoryKills ?? {}
  if (count > 0) return isAtLimit ? 'limit' : 'machine'
  return oomKilled ? 'limit' : null
}

/** What was behind an end that was not the task's own. */
export type Cause = MemoryKill | 'outside' | 'engine-gone'

/** SIGKILL, by which the kernel ends a process for memory, and SIGTERM: the signals by which an engine ends a container. */
const SIGNALLED: readonly number[] = [137, 143]

/**
 * What was behind the end of a task that ended by itself, as it seems: so a SIGKILL is no guess (CTN-14, RUN-11). Where a
 * process was killed in the first or the last moment of the container, the kernel's counters were not read any more, and
 * the engine's word may come after the container's end: then it is among the engine's events. So is `docker stop`, which
 * an engine that stops does to all of its containers.
 */
export async function findCause(
  docker: Docker,
  container: string,
  ended: EndedContainer,
  reading: CgroupReading | null,
): Promise<Cause> {
  const seen = memoryKillSeen(ended, reading)
  if (seen !== null || !SIGNALLED.includes(ended.exitCode)) return seen
  try {
    const events = await docker.containers.eventsOfEnd(container, ended)
    if (events.has('oom')) return 'limit'
    return events.has('kill') ? 'outside' : null
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    // An engine that can be asked for its events no more may have been about to stop.
    return isRefusal(error) ? null : 'engine-gone'
  }
}

import { type HostDescription, NANOSECONDS } from '../engine/container-description.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { wallsOf } from './arguments.ts'

/** The walls of a profile. */
export function describeWalls(
  profile: ContainerSpec['profile'],
): Pick<HostDescription, 'SecurityOpt' | 'CapDrop'> {
  const { options, dropped } = wallsOf(profile)
  return { SecurityOpt: options, CapDrop: dropped }
}

/** Limits. */
export function describeLimits({
  cpus,
  memory,
  pids,
}: ContainerSpec['resources']): Pick<HostDescription, 'PidsLimit' | 'NanoCpus' | 'Memory' | 'MemorySwap'> {
  return {
    PidsLimit: pids,
    NanoCpus: cpus === undefined ? undefined : Math.round(cpus * NANOSECONDS),
    Memory: memory,
    // Swap counts: a limit that can be passed by swapping is none.
    MemorySwap: memory,
  }
}

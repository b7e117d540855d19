import type { ContainerSpec } from '../task/contract.ts'
import { wallsOf } from './arguments.ts'

/** In the Engine API's words, which count times and processors by it. */
export const NANOSECONDS = 1e9

/** The walls of a profile as the Engine API's `HostConfig` says them. */
export function describeWalls(profile: ContainerSpec['profile']): object {
  const { options, dropped } = wallsOf(profile)
  return { SecurityOpt: options, CapDrop: dropped }
}

/** Limits as the Engine API's `HostConfig` says them. */
export function describeLimits({ cpus, memory, pids }: ContainerSpec['resources']): object {
  return {
    PidsLimit: pids,
    ...(cpus !== undefined && { NanoCpus: Math.round(cpus * NANOSECONDS) }),
    // Swap counts: a limit that can be passed by swapping is none.
    ...(memory !== undefined && { Memory: memory, MemorySwap: memory }),
  }
}

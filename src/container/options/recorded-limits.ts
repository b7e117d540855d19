import type { EngineMode } from '../../engine/rootless.ts'
import type { ContainerSpec } from '../../task/contract.ts'

type Resources = Pick<ContainerSpec['resources'], 'cpus' | 'memory' | 'pids'>
type Holds = Pick<EngineMode, 'hasLimits'>

/** The limits that hold for a task, as its record has them; null for each that does not. */
export function limitsInRecord({ cpus, memory, pids }: Resources, { hasLimits }: Holds) {
  if (!hasLimits) return { cpus: null, memoryBytes: null, pids: null }
  return { cpus: cpus ?? null, memoryBytes: memory ?? null, pids }
}

/**
 * What to say where the engine would let a task run without the limits that it asks for, and say nothing (CTN-14).
 * The number of processes has a default that no workflow asked for.
 */
export function unlimitedWarning({ cpus, memory }: Resources, { hasLimits }: Holds): string | null {
  if (hasLimits || (cpus === undefined && memory === undefined)) return null
  return 'cpus and memory do not limit this task: the rootless engine has no control groups. It has them on a machine with control groups v2 where systemd starts it.'
}

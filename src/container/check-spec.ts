import type { ContainerSpec } from '../task/contract.ts'
import { commandOf } from './command.ts'
import { refuseHostNetwork } from './network.ts'
import { parseOptions } from './options.ts'

/**
 * Refuses what can be told of a task by itself, before anything is asked of an engine (RUN-1): a pull may take
 * minutes.
 * @throws TaskError ACODE-CTN-011 for what breaks isolation, ACODE-CTN-006 for shells and options that are none
 */
export function checkSpec(spec: ContainerSpec): void {
  refuseHostNetwork(spec)
  commandOf(spec)
  parseOptions(spec.options)
}

import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { commandOf } from './command.ts'
import { refuseHostNetwork } from './network.ts'
import { parseOptions } from './options.ts'

/** What can be told of a task by itself, by the field that it is about. */
const CHECKS: readonly (readonly [field: keyof ContainerSpec, check: (spec: ContainerSpec) => void])[] = [
  ['network', refuseHostNetwork],
  ['shell', commandOf],
  ['options', ({ options }) => void parseOptions(options)],
]

/**
 * Refuses what can be told of a task by itself, before anything is asked of an engine (RUN-1): a pull may take
 * minutes.
 * @throws TaskError ACODE-CTN-011 for what breaks isolation, ACODE-CTN-006 for shells and options that are none
 */
export function checkSpec(spec: ContainerSpec): void {
  for (const [, check] of CHECKS) check(spec)
}

/** All that {@link checkSpec} would refuse, with the field of each: a plan tells it before a leg does. */
export function specProblems(spec: ContainerSpec): { field: keyof ContainerSpec; error: TaskError }[] {
  return CHECKS.flatMap(([field, check]) => {
    try {
      check(spec)
      return []
    } catch (error) {
      if (error instanceof TaskError) return [{ field, error }]
      throw error
    }
  })
}

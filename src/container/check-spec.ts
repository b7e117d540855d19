import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { commandOf } from './command.ts'
import { refuseSource } from './mounts.ts'
import { refuseHostNetwork } from './network.ts'
import { optionProblems } from './options.ts'

/** Something that is wrong with a task by itself, and the path of the field that it is about. */
export interface SpecProblem {
  readonly path: readonly PropertyKey[]
  readonly error: TaskError
}

/**
 * What can be found out about a task by itself, before anything is asked of an engine: a pull may take minutes (RUN-1). A plan
 * reports it before a leg does (FID-2). ACODE-CTN-011 for what breaks isolation, ACODE-CTN-006 for shells and options
 * that are none.
 */
export function specProblems(spec: ContainerSpec): SpecProblem[] {
  return [
    ...problemOf(['network'], () => refuseHostNetwork(spec)),
    ...problemOf(['shell'], () => commandOf(spec)),
    ...spec.mounts.flatMap((mount, index) =>
      problemOf(['mounts', index, 'source'], () => refuseSource(mount)),
    ),
    ...optionProblems(spec.options).map((error) => ({ path: ['options'], error })),
  ]
}

function problemOf(path: SpecProblem['path'], check: () => unknown): SpecProblem[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof TaskError) return [{ path, error }]
    throw error
  }
}

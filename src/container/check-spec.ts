import type { Endpoint } from '../engine/transport/connection.ts'
import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { commandOf } from './command.ts'
import { refuseLeaks } from './egress.ts'
import { checkSource, type HereContext, refuseSource } from './mounts/mount-sources.ts'
import { refuseHostNetwork } from './network.ts'
import { optionProblems } from './options/options.ts'
import { refusePrivileged } from './options/profiles.ts'
import { wantedUser } from './user/user.ts'

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
    ...problemOf(['egress'], () => refuseLeaks(spec)),
    ...problemOf(['shell'], () => commandOf(spec)),
    ...spec.mounts.flatMap((mount, index) =>
      problemOf(['mounts', index, 'source'], () => refuseSource(mount, spec.profile)),
    ),
    ...optionProblems(spec.options, spec).map((error) => ({ path: ['options'], error })),
  ]
}

/** What {@link machineProblems} needs to know of the machine. */
export interface MachineContext extends HereContext {
  /** The runner's environment. */
  readonly env: NodeJS.ProcessEnv
  /** Where the engine is; null: not known yet. */
  readonly knownEndpoint: Pick<Endpoint, 'socket'> | null
  /** The runner's user as containers know it; null: not known yet, for the engine may be rootless. */
  readonly runner: { readonly uid: number; readonly gid: number } | null
}

/**
 * What can be checked only on the task's machine, and is reported in one list with {@link specProblems}: what its owner
 * allows, where its mounts lead, and root where it is named.
 */
export function machineProblems(spec: ContainerSpec, machine: MachineContext): SpecProblem[] {
  const { runner } = machine
  const known = specProblems(spec)
  const isKnown = (index: number) => known.some(({ path }) => path[0] === 'mounts' && path[1] === index)
  return [
    ...known,
    ...problemOf(['profile'], () => refusePrivileged(spec, machine.env)),
    ...(runner === null || spec.user === 'image'
      ? []
      : problemOf(['user'], () => wantedUser(spec, '', runner))),
    ...spec.mounts.flatMap((mount, index) =>
      isKnown(index)
        ? []
        : problemOf(['mounts', index, 'source'], () =>
            checkSource(mount, spec.profile, machine, machine.knownEndpoint),
          ),
    ),
  ]
}

/** What a check refuses, as a problem at a path. */
export function problemOf(path: SpecProblem['path'], check: () => unknown): SpecProblem[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof TaskError) return [{ path, error }]
    throw error
  }
}

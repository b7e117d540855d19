import { type MachineContext, problemOf, type SpecProblem } from '../container/check-spec.ts'
import { checkSource, type HereContext, refuseSource } from '../container/mounts/mount-sources.ts'
import { JOB_NETWORK } from '../container/network.ts'
import { refusePrivileged } from '../container/options/profiles.ts'
import { wantedUser } from '../container/user/user.ts'
import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'

/**
 * What can be found out about the services of a task by itself, in the plan already (FID-2): whether they have a network
 * on which they can be reached by name, and what they may not mount.
 */
export function serviceProblems({ services, network }: ContainerSpec): SpecProblem[] {
  const names = Object.keys(services)
  if (names.length === 0) return []
  return [
    ...problemOf(['network'], () => refuseNetwork(network)),
    ...Object.entries(services).flatMap(([name, { mounts, profile }]) =>
      mounts.flatMap((mount, index) =>
        problemOf(['services', name, 'mounts', index, 'source'], () => refuseSource(mount, profile)),
      ),
    ),
  ]
}

/** What machine and inputs say of services. */
interface ServiceMachine extends HereContext {
  readonly env: NodeJS.ProcessEnv
  readonly knownEndpoint: MachineContext['knownEndpoint']
  readonly runner: { readonly uid: number; readonly gid: number } | null
  /** Names of the secrets that the step was given. */
  readonly secrets: readonly string[]
}

/** The same with what only the task's own machine knows. */
export function machineServiceProblems(spec: ContainerSpec, machine: ServiceMachine): SpecProblem[] {
  const known = serviceProblems(spec)
  const isKnown = (path: SpecProblem['path']) =>
    known.some((one) => JSON.stringify(one.path) === JSON.stringify(path))
  const found = Object.entries(spec.services).flatMap(([name, service]) => [
    ...problemOf(['services', name, 'profile'], () => refusePrivileged(service, machine.env)),
    ...problemOf(['services', name, 'secrets'], () => requireSecrets(name, service.secrets, machine.secrets)),
    ...problemOf(['services', name, 'user'], () => {
      const { runner } = machine
      if (runner && service.user !== 'image') wantedUser({ ...service, who: whoIs(name) }, '', runner)
    }),
    ...service.mounts.flatMap((mount, index) =>
      problemOf(['services', name, 'mounts', index, 'source'], () =>
        checkSource(mount, service.profile, machine, machine.knownEndpoint),
      ),
    ),
  ])
  return [...known, ...found.filter(({ path }) => !isKnown(path))]
}

/** What refusals call a service. */
export const whoIs = (name: string): string => `The service ${name}`

/** Networks without names, or without others. */
const NAMELESS = ['none', 'host', 'bridge', 'default']

function refuseNetwork(network: string): void {
  if (!NAMELESS.includes(network)) return
  throw new TaskError(
    'ACODE-CTN-006',
    `network: ${network} and services exclude each other: services are reached by name on the task’s own network. Leave network out, or use network: ${JOB_NETWORK} to join that of the job too.`,
  )
}

function requireSecrets(service: string, wanted: readonly string[], given: readonly string[]): void {
  const missing = wanted.filter((name) => !given.includes(name))
  if (missing.length === 0) return
  throw new TaskError(
    'ACODE-CTN-006',
    `The service ${service} names secrets that the input secrets does not have: ${missing.join(', ')}. Give them there, one NAME=VALUE a line, or leave them out.`,
  )
}

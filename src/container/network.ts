import type { EnginePlace } from '../engine/transport/connection.ts'
import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'

/** The value of the input `network` that gives a task its own network. */
export const OWN_NETWORK = 'task'
/** The value of the input `network` for the network that the runner made for the job's services and container. */
export const JOB_NETWORK = 'job'
/** The engine's default network, which every container is on that has no other. */
export const SHARED_NETWORK = 'bridge'

/** The network that a container is created on. */
export interface Network {
  readonly name: string
  /** Whether {@link METADATA_ADDRESS} leads nowhere. */
  readonly hidesMetadata: boolean
  /** Whether it leads out nowhere, and names of the internet are not resolved on it. */
  readonly isInternal: boolean
}

/**
 * Where clouds give the machine's credentials to anyone who asks. As a further address of the container's own
 * interface it is the container itself, also for sockets that are bound to the interface, and all of
 * 169.254.0.0/16 is on the task's own network, where only the engine's machine answers. That takes no root on the runner.
 */
export const METADATA_ADDRESS = '169.254.169.254'

/**
 * The resolver of a container on a network that leads nowhere: itself, where nothing answers. Names of its own network
 * are the engine's to resolve. All others that would ask of the machine's resolvers, before 25.0.5 for such a network too.
 */
export const NO_RESOLVER = '0.0.0.0'

/**
 * Whether the metadata address can be hidden from a task: not where it, or a neighbour, is what the machine resolves
 * names with (Google Cloud), for the engine asks it in the container's name; nor where that is not known, because the
 * engine is elsewhere or the runner is in a container whose resolver is the engine's.
 * @param place where the engine is
 * @param resolvers the texts of this machine's resolver configurations
 */
export function canHideMetadata(place: EnginePlace, resolvers: string): boolean {
  if (place === 'elsewhere') return false
  if (/169\.254\.\d/.test(resolvers)) return false
  return !/127\.0\.0\.11\b/.test(resolvers) || /ExtServers:/.test(resolvers)
}

/**
 * Keeps a strict task off the host's network, where it would reach what listens on the runner's loopback.
 * @throws TaskError ACODE-CTN-011
 */
export function refuseHostNetwork(spec: Pick<ContainerSpec, 'network' | 'profile'>): void {
  if (spec.network === 'host' && spec.profile === 'strict')
    throw new TaskError(
      'ACODE-CTN-011',
      'The network host is refused in profile strict: it shares the runner’s network with the task. Use network: task or the name of a network, or profile: standard.',
    )
}

/**
 * The network of the job, by what its workflow knows of it.
 * @param name `job.container.network`; undefined when the job has none
 * @throws TaskError ACODE-CTN-006
 */
export function jobNetwork(name: string | undefined): string {
  if (name !== undefined && /^[A-Za-z0-9][\w.-]*$/.test(name)) return name
  throw new TaskError(
    'ACODE-CTN-006',
    'There is no network: job here: the runner makes one for a job with services: or container:, and this job has neither, or runs with container hooks. Give the job its services, or name another network.',
  )
}

import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'

/**
 * Keeps a strict task off the host's network, where it would reach what listens on the runner's loopback.
 * @throws TaskError ACODE-CTN-011
 */
export function refuseHostNetwork(spec: Pick<ContainerSpec, 'network' | 'profile'>): void {
  if (spec.network === 'host' && spec.profile === 'strict')
    throw new TaskError(
      'ACODE-CTN-011',
      'The network host is refused in profile strict: it shares the runner’s network with the task. Use network: bridge or the name of a network, or profile: standard.',
    )
}

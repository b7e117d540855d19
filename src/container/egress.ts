import { isLimited } from '../egress/policy.ts'
import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { OWN_NETWORK } from './network.ts'

/**
 * Refuses what a limited egress could not be held with.
 * @throws TaskError ACODE-CTN-011, ACODE-CTN-006
 */
export function refuseLeaks({
  egress,
  network,
  profile,
  services,
}: Pick<ContainerSpec, 'egress' | 'network' | 'profile' | 'services'>): void {
  if (!isLimited(egress)) return
  const what = typeof egress === 'string' ? `egress: ${egress}` : 'A list of egress'
  const profiles = [profile, ...Object.values(services).map((service) => service.profile)]
  if (profiles.includes('privileged'))
    throw new TaskError(
      'ACODE-CTN-011',
      `${what} is refused in profile privileged, of the task or a service, which can undo it. Use profile: standard or strict.`,
    )
  if (network === OWN_NETWORK || (network === 'none' && egress === 'none')) return
  if (network === 'none')
    throw new TaskError(
      'ACODE-CTN-006',
      `${what} needs a network, and network: none has none. Leave network out, or use egress: none.`,
    )
  throw new TaskError(
    'ACODE-CTN-011',
    `${what} is refused on the network ${network}, which leads past it. Leave network out: the task has its own then.`,
  )
}

import { makeNetwork, withoutMetadata } from '../container/make-network.ts'
import { type Network, OWN_NETWORK, SHARED_NETWORK } from '../container/network.ts'
import * as runner from '../github/runner.ts'
import { type LabelFacts, labelsOf } from '../ownership/labels.ts'
import { removeNetwork } from '../ownership/remove.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Context } from './context.ts'

/**
 * The network that the task asks for, made where it is to have its own. Where the engine's addresses are used up that
 * is the shared one, with a notice.
 */
export async function chooseNetwork(
  { docker, run, scope }: Context,
  spec: ContainerSpec,
  labels: LabelFacts,
): Promise<Network> {
  if (spec.network !== OWN_NETWORK) return { name: spec.network, hidesMetadata: false }
  const { container } = run.identity
  const own = await makeNetwork(docker, container, labelsOf(labels, {}))
  if (own === null)
    runner.notice(
      `The engine has no addresses left for a network of the task's own: ${container} is on the shared network, where it and the other containers on it reach each other. More addresses: default-address-pools in the engine's daemon.json.`,
      'Shared network',
    )
  else scope.own(() => removeNetwork(docker, own))
  return withoutMetadata(docker, own ?? SHARED_NETWORK)
}

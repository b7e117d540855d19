import { makeNetwork, withoutMetadata } from '../container/make-network.ts'
import { JOB_NETWORK, jobNetwork, type Network, OWN_NETWORK, SHARED_NETWORK } from '../container/network.ts'
import type { Proxies } from '../container/proxy.ts'
import { isLimited } from '../egress/policy.ts'
import { EngineError } from '../engine/errors.ts'
import { TaskError } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { type LabelFacts, labelsOf } from '../ownership/labels.ts'
import { removeNetwork } from '../ownership/remove.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { awaitAddresses } from './await-addresses.ts'
import type { Context } from './context.ts'
import { findProxies } from './find-proxies.ts'
import type { LimitedNetwork } from './limit-egress.ts'
import type { Run } from './open-run.ts'
import type { Owned } from './scope.ts'

/** The engine said no, or there is none: then nothing was made. */
const isRefusal = (error: unknown): boolean =>
  error instanceof TaskError || (error instanceof EngineError && error.reason === 'missing')

/** A network, and where it was made for the task alone, what removes it. */
export interface ChosenNetwork {
  readonly network: Network
  readonly owned: Owned | null
  /** The proxies that the task gets. */
  readonly proxies: Proxies
  /** Null where the task's egress has no limits. */
  readonly limited: LimitedNetwork | null
  /** A network of others that the task is on too; null: none. */
  readonly joined: string | null
}

/**
 * The network that the task asks for, made where it is to have its own. Where the engine's addresses are used up that
 * is the shared one, with a notice. Services are reached by name, which takes a network of the task's own: what it asks
 * for besides is joined.
 * @param before done before the network is removed: what else is on it goes first
 * @throws TaskError ACODE-CTN-003 where services have no network, ACODE-CTN-007 where they waited for one in vain
 */
export async function chooseNetwork(
  context: Context,
  spec: ContainerSpec,
  labels: LabelFacts,
  before: () => Promise<unknown> = async () => undefined,
): Promise<ChosenNetwork> {
  const { docker, run } = context
  const proxies = await findProxies(docker, spec, run.env)
  const hasServices = Object.keys(spec.services).length > 0
  const asked = spec.network === OWN_NETWORK ? null : nameOf(spec, run)
  if (asked !== null && !hasServices) return { ...onNetwork(asked), ...JUST, proxies }
  const removing = async (network: string) => {
    await before()
    await removeNetwork(docker, network)
  }
  if (!isLimited(spec.egress))
    return { ...(await ownNetwork(context, spec, labels, removing)), joined: asked, proxies, limited: null }
  // The proxy, and TLS with it, is loaded for these tasks alone.
  const { limitEgress } = await import('./limit-egress.ts')
  const limited = await limitEgress(context, spec, labels, proxies, isRefusal, removing)
  return {
    ...onNetwork(limited.name, true),
    owned: limited.owned,
    joined: asked,
    proxies: limited.proxies,
    limited,
  }
}

const JUST = { owned: null, joined: null, limited: null }

const onNetwork = (name: string, isInternal = false): { readonly network: Network } => ({
  network: { name, hidesMetadata: false, isInternal },
})

async function ownNetwork(
  context: Context,
  spec: ContainerSpec,
  labels: LabelFacts,
  removing: (network: string) => Promise<void>,
): Promise<Pick<ChosenNetwork, 'network' | 'owned'>> {
  const { docker, run, scope } = context
  const hasServices = Object.keys(spec.services).length > 0
  const { container } = run.identity
  const make = () => scope.making(() => makeNetwork(docker, container, labelsOf(labels, {})), isRefusal)
  const own = (await make()) ?? (hasServices ? await awaitAddresses(context, spec, make) : null)
  if (own === null)
    runner.notice(
      `The engine has no addresses left for a network of the task's own: ${container} is on the shared network, where it and the other containers on it reach each other. More addresses: default-address-pools in the engine's daemon.json.`,
      'Shared network',
    )
  const owned = own === null ? null : scope.own(() => removing(own))
  return { network: await withoutMetadata(docker, own ?? SHARED_NETWORK), owned }
}

const nameOf = ({ network }: ContainerSpec, { inputs }: Run): string =>
  network === JOB_NETWORK ? jobNetwork(inputs['job-network']) : network

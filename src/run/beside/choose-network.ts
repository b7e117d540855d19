import { makeNetwork, networkName, withoutMetadata } from '../../container/life/make-network.ts'
import {
  JOB_NETWORK,
  jobNetwork,
  type Network,
  OWN_NETWORK,
  SHARED_NETWORK,
} from '../../container/network.ts'
import type { Proxies } from '../../container/proxy.ts'
import { isLimited } from '../../egress/policy.ts'
import { EngineError } from '../../engine/errors.ts'
import { TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { type LabelFacts, labelsOf } from '../../ownership/labels.ts'
import { removeNetwork } from '../../ownership/remove.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Context } from '../context/context.ts'
import type { Run } from '../context/open-run.ts'
import type { Owned } from '../context/scope.ts'
import { awaitAddresses } from './await-addresses.ts'
import { findProxies } from './find-proxies.ts'
import type { LimitedNetwork } from './limit-egress.ts'

/** The engine said no, or there is none: then nothing was made. */
const isNothingMade = (error: unknown): boolean =>
  error instanceof TaskError ||
  (error instanceof EngineError && (error.reason === 'missing' || error.isUnsent))

/** What a container is planned with. */
export interface PlannedNetwork {
  readonly network: Network
  /** The proxies that the task gets. */
  readonly proxies: Proxies
}

/** A network, and where it was made for the task alone, what removes it. */
export interface ChosenNetwork extends PlannedNetwork {
  readonly owned: Owned | null
  /** Null when the task's egress has no limits. */
  readonly limited: LimitedNetwork | null
  /** A network of others that the task is on too; null: none. */
  readonly joined: string | null
}

/** The network of a task, while it is made. */
export interface NetworkChoice {
  /** What is known of it before it is there. */
  readonly planned: Promise<PlannedNetwork>
  /** The network that came to be: another one than planned where the engine had no addresses for that. */
  readonly made: Promise<ChosenNetwork>
}

/**
 * The network that the task asks for, made where it is to have its own. Where the engine's addresses are used up that
 * is the shared one, with a notice. Services are reached by name, which takes a network of the task's own: what it asks
 * for besides is joined. `made` rejects with TaskError ACODE-CTN-003 when services have no network, ACODE-CTN-007
 * where they waited for one in vain.
 * @param before done before the network is removed: what else is on it goes first
 */
export function chooseNetwork(
  context: Context,
  spec: ContainerSpec,
  labelling: Promise<LabelFacts>,
  before: () => Promise<unknown> = async () => undefined,
): NetworkChoice {
  const { docker, run } = context
  const name = networkName(run.identity.container)
  const proxying = labelling.then(() => findProxies(docker, spec, run.env))
  const planned = proxying.then(async (proxies) => ({
    network: await withoutMetadata(docker, name),
    proxies,
  }))
  const made = chosen(context, spec, name, labelling, proxying, before)
  // A caller that waits for one of them need not wait for the other.
  for (const one of [planned, made]) one.catch(() => undefined)
  // A task whose services wait for addresses has no container meanwhile, which others would wait for in turn.
  const isAlone = spec.network === OWN_NETWORK && Object.keys(spec.services).length === 0
  return { planned: isAlone && !isLimited(spec.egress) ? planned : made, made }
}

/** Whether the network is to be the task's own. */
const isOwn = ({ network, services }: ContainerSpec): boolean =>
  network === OWN_NETWORK || Object.keys(services).length > 0

async function chosen(
  context: Context,
  spec: ContainerSpec,
  name: string,
  labelling: Promise<LabelFacts>,
  proxying: Promise<Proxies>,
  before: () => Promise<unknown>,
): Promise<ChosenNetwork> {
  const [labels, proxies] = await Promise.all([labelling, proxying])
  const asked = spec.network === OWN_NETWORK ? null : nameOf(spec, context.run)
  if (asked !== null && !isOwn(spec)) return { ...onNetwork(asked), ...JUST, proxies }
  const remove = async () => {
    await before()
    await removeNetwork(context.docker, name)
  }
  if (!isLimited(spec.egress))
    return {
      ...(await ownNetwork(context, spec, name, labels, remove)),
      joined: asked,
      proxies,
      limited: null,
    }
  // The proxy, and TLS with it, is loaded for these tasks alone.
  const { limitEgress } = await import('./limit-egress.ts')
  const limited = await limitEgress(context, spec, name, labels, proxies, isNothingMade, remove)
  return {
    ...onNetwork(name, true),
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
  name: string,
  labels: LabelFacts,
  remove: () => Promise<void>,
): Promise<Pick<ChosenNetwork, 'network' | 'owned'>> {
  const { docker, run, scope } = context
  let isMade = false
  // Owned before it is there: what is made meanwhile, such as the container, is released before it.
  const owned = scope.own(async () => isMade && (await remove()))
  const make = async () => {
    isMade = await scope.making(() => makeNetwork(docker, name, labelsOf(labels, {})), isNothingMade)
    return isMade
  }
  const hasServices = Object.keys(spec.services).length > 0
  if (!(await make()) && hasServices) await awaitAddresses(context, spec, make)
  if (isMade) return { network: await withoutMetadata(docker, name), owned }
  runner.notice(
    `The engine has no addresses left for a network of the task's own: ${run.identity.container} is on the shared network, where it and the other containers on it reach each other. More addresses: default-address-pools in the engine's daemon.json.`,
    'Shared network',
  )
  return { network: await withoutMetadata(docker, SHARED_NETWORK), owned: null }
}

const nameOf = ({ network }: ContainerSpec, { inputs }: Run): string =>
  network === JOB_NETWORK ? jobNetwork(inputs['job-network']) : network

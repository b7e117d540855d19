import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { makeNetwork } from '../../container/life/make-network.ts'
import type { Proxies } from '../../container/proxy.ts'
import { connectTo, lookUp } from '../../egress/dial.ts'
import { proxyVariables } from '../../egress/environment.ts'
import { type Listener, listenersIn, listenersText } from '../../egress/listeners.ts'
import { type Egress, type ProxyPolicy, proxyPolicy } from '../../egress/policy.ts'
import { type EgressProxy, startProxy } from '../../egress/proxy.ts'
import { upstreamFor } from '../../egress/upstream.ts'
import type { Docker } from '../../engine/docker.ts'
import { messageOf, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { type LabelFacts, labelsOf } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Context } from '../context/context.ts'
import type { Owned } from '../context/scope.ts'
import { awaitAddresses } from './await-addresses.ts'

/** A network that leads nowhere, with the proxy that is the one way out of it. */
export interface LimitedNetwork {
  readonly owned: Owned
  /** Null: there is no way out. */
  readonly proxy: EgressProxy | null
  readonly proxies: Proxies
}

/**
 * Makes the network of a task whose egress is limited, and starts its proxy. Both are gone with the scope; the proxy is
 * a part of this process, so that without it nothing gets out.
 * @param name the network's
 * @param runnersProxies what of proxies the task would have had
 * @param remove removes the network, and before what else is on it
 * @throws TaskError ACODE-CTN-011 when the engine's networks do not end at this machine
 */
export async function limitEgress(
  context: Context,
  spec: ContainerSpec,
  name: string,
  labels: LabelFacts,
  runnersProxies: Proxies,
  isNothingMade: (error: unknown) => boolean,
  remove: () => Promise<void>,
): Promise<LimitedNetwork> {
  const { docker, scope } = context
  const policy = proxyPolicy(spec.egress)
  const reach = policy === null ? 'itself' : 'machine'
  const make = () => scope.making(() => makeNetwork(docker, name, labelsOf(labels, {}), reach), isNothingMade)
  // The shared network would lead everywhere.
  if (!(await make())) await awaitAddresses(context, spec, make)
  let proxy: EgressProxy | null = null
  const owned = scope.own(async () => {
    await proxy?.stop()
    await remove()
  })
  if (policy === null) return { owned, proxy, proxies: { ...runnersProxies, variables: {} } }
  const place = await networkPlace(docker, name)
  runner.info(egressLine(spec.egress, await listenersHere()))
  proxy = await startAt(place, policy, runnersProxies)
  const variables = proxyVariables({
    host: place.gateway,
    port: proxy.port,
    direct: Object.keys(spec.services),
  })
  return { owned, proxy, proxies: { ...runnersProxies, variables } }
}

interface NetworkPlace {
  readonly gateway: string
  readonly subnet: string
}

/** Where the network meets this machine. Its bridge has the id of the network in its name, so it is no other engine's. */
async function networkPlace(docker: Docker, name: string): Promise<NetworkPlace> {
  const { id, subnet, gateway } = await docker.networks.inspect(name)
  const interfaces = await readFile('/proc/self/net/dev', 'utf8').catch(() => '')
  const isHere = interfaces.split('\n').some((line) => line.trimStart().startsWith(`br-${id.slice(0, 12)}:`))
  if (!isHere || subnet === null || gateway === null)
    throw notHere('its networks do not end at this machine, but at another one or in another container')
  return { gateway, subnet }
}

async function startAt(
  { gateway, subnet }: NetworkPlace,
  policy: ProxyPolicy,
  { variables }: Proxies,
): Promise<EgressProxy> {
  try {
    return await startProxy({
      ...{ policy, gateway, network: subnet, resolve: lookUp, own: ownAddresses, connect: connectTo },
      upstream: (target, isTunnel) => upstreamFor(variables, target, isTunnel),
    })
  } catch (error) {
    throw notHere(`its gateway ${gateway} cannot be listened on (${messageOf(error)})`)
  }
}

const ownAddresses = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)))

const TABLES = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const

/** `Egress: npm, api.example.com, and of this machine tcp 22`. */
export function egressLine(egress: Egress, listeners: readonly Listener[]): string {
  const what = typeof egress === 'string' ? egress : egress.join(', ')
  const here = listenersText(listeners)
  return `Egress: ${what}${here === '' ? '' : `; what listens on this machine is reached too: ${here}`}`
}

/** What listens on this machine for others than itself. */
async function listenersHere(): Promise<Listener[]> {
  const found = await Promise.all(
    TABLES.map(async ([table, protocol]) =>
      listenersIn(await readFile(`/proc/self/net/${table}`, 'utf8').catch(() => ''), protocol),
    ),
  )
  return found.flat()
}

const notHere = (why: string): TaskError =>
  new TaskError(
    'ACODE-CTN-011',
    `The list of egress cannot be held with this engine: ${why}. The proxy that holds it is a part of this action and has to be at the gateway of the task’s network. Use an engine that is root’s on the runner’s own machine, and no job container; or egress: none, which any engine holds; or leave egress out.`,
  )

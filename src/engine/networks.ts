import { z } from 'zod'
import { isNotFound } from './errors.ts'
import { epochSeconds, type LabelFilter, type Labels, labelFilter, labelsSchema } from './labels.ts'
import type { EngineHttp } from './transport/http.ts'

/** A network as the engine knows it. */
export interface ListedNetwork {
  readonly id: string
  readonly name: string
  readonly labels: Labels
  /** Epoch seconds; null when the engine does not say. */
  readonly created: number | null
}

/** A network as it was made. */
export interface MadeNetwork {
  readonly id: string
  /** Its addresses, such as `172.18.0.0/16`; null when the engine does not say. */
  readonly subnet: string | null
  /** The address that its containers take for the way out; null when the engine does not say. */
  readonly gateway: string | null
}

/**
 * Where the containers of a network get to: everywhere; to each other and the engine's machine; or to each other.
 */
export type Reach = 'everywhere' | 'machine' | 'itself'

/** Networks. */
export class Networks {
  readonly #http: EngineHttp

  constructor(http: EngineHttp) {
    this.#http = http
  }

  /** All networks with a label. */
  list(label: LabelFilter): Promise<ListedNetwork[]> {
    const request = { method: 'GET', path: '/networks', query: { filters: labelFilter(label) } } as const
    return this.#http.json(['network', 'list'], request, listSchema)
  }

  /**
   * Makes a network of the driver `bridge`, without IPv6 also where the engine gives its networks that by default.
   * @throws EngineError, `no-addresses` when none are left for it
   */
  async create(name: string, labels: Labels, reach: Reach = 'everywhere'): Promise<void> {
    const json = {
      ...{ Name: name, Driver: 'bridge', EnableIPv6: false, CheckDuplicate: true, Labels: labels },
      ...(reach !== 'everywhere' && { Internal: true }),
      // Without an address of the machine's on its bridge.
      ...(reach === 'itself' && { Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' } }),
    }
    const request = { method: 'POST', path: '/networks/create', json } as const
    await this.#http.done(['network', 'create', name], request)
  }

  /** Asks for a network. */
  async inspect(network: string): Promise<MadeNetwork> {
    const request = { method: 'GET', path: `/networks/${encodeURIComponent(network)}` } as const
    return this.#http.json(['network', 'inspect', network], request, madeSchema)
  }

  /** Joins a container to a further network, before it is started. */
  async connect(network: string, container: string): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/connect`
    const request = { method: 'POST', path, json: { Container: container } } as const
    await this.#http.done(['network', 'connect', network], request)
  }

  /**
   * Removes a network.
   * @returns false when there is none
   * @throws EngineError, `refused` when a container is on it
   */
  async remove(network: string): Promise<boolean> {
    const request = { method: 'DELETE', path: `/networks/${encodeURIComponent(network)}` } as const
    try {
      await this.#http.done(['network', 'remove', network], request)
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }
}

const madeSchema = z
  .object({
    Id: z.string(),
    IPAM: z.object({
      Config: z.array(z.object({ Subnet: z.string().optional(), Gateway: z.string().optional() })).nullish(),
    }),
  })
  .transform(({ Id, IPAM: { Config } }): MadeNetwork => {
    const [first] = Config ?? []
    return { id: Id, subnet: first?.Subnet ?? null, gateway: first?.Gateway?.replace(/\/\d+$/, '') ?? null }
  })

const listSchema = z.array(
  z
    .object({ Id: z.string(), Name: z.string(), Labels: labelsSchema, Created: z.string().default('') })
    .transform(
      ({ Id, Name, Labels, Created }): ListedNetwork => ({
        ...{ id: Id, name: Name, labels: Labels, created: epochSeconds(Created) },
      }),
    ),
)

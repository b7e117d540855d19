import { z } from 'zod'
import { isNotFound } from './errors.ts'
import type { EngineHttp } from './http.ts'
import { type Labels, labelFilter, labelsSchema, secondsOf } from './labels.ts'

/** A network as the engine knows it. */
export interface ListedNetwork {
  readonly id: string
  readonly name: string
  readonly labels: Labels
  /** Epoch seconds; null where the engine does not say. */
  readonly created: number | null
}

/** Networks. */
export class Networks {
  readonly #http: EngineHttp

  constructor(http: EngineHttp) {
    this.#http = http
  }

  /** All networks with a label, `KEY=VALUE`. */
  list(label: string): Promise<ListedNetwork[]> {
    const request = { method: 'GET', path: '/networks', query: { filters: labelFilter(label) } } as const
    return this.#http.json(['network', 'list'], request, listSchema)
  }

  /**
   * Makes a network of the driver `bridge`, without IPv6 also where the engine gives its networks that by default.
   * @throws EngineError, `no-addresses` where none are left for it
   */
  async create(name: string, labels: Labels): Promise<void> {
    const json = { Name: name, Driver: 'bridge', EnableIPv6: false, CheckDuplicate: true, Labels: labels }
    const request = { method: 'POST', path: '/networks/create', json } as const
    await this.#http.done(['network', 'create', name], request)
  }

  /** Joins a container to a further network, before it is started. */
  async connect(network: string, container: string): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/connect`
    const request = { method: 'POST', path, json: { Container: container } } as const
    await this.#http.done(['network', 'connect', network], request)
  }

  /**
   * Removes a network.
   * @returns false where there is none
   * @throws EngineError, `refused` where a container is on it
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

const listSchema = z.array(
  z
    .object({ Id: z.string(), Name: z.string(), Labels: labelsSchema, Created: z.string().default('') })
    .transform(
      ({ Id, Name, Labels, Created }): ListedNetwork => ({
        ...{ id: Id, name: Name, labels: Labels, created: secondsOf(Created) },
      }),
    ),
)

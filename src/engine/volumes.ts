import { z } from 'zod'
import { isNotFound } from './errors.ts'
import { epochSeconds, type LabelFilter, type Labels, labelFilter, labelsSchema } from './labels.ts'
import type { EngineHttp } from './transport/http.ts'

/** A volume as the engine knows it. */
export interface Volume {
  readonly name: string
  readonly labels: Labels
  /** Where its content is on the engine's machine; empty when the engine does not say. */
  readonly mountpoint: string
  /** Epoch seconds; null when the engine does not say. */
  readonly created: number | null
}

/** A volume with what the engine says that it holds. */
export interface MeasuredVolume extends Volume {
  /** Null when the engine does not know. */
  readonly bytes: number | null
}

/** Which volumes to list. */
export interface VolumeFilter {
  readonly label?: LabelFilter
  /** Parts of names. */
  readonly names?: readonly string[]
}

/** An engine adds up every file of every volume for it. */
const SIZES_MS = 60_000

/** Volumes. */
export class Volumes {
  readonly #http: EngineHttp
  readonly #notRemoved = new Set<string>()

  constructor(http: EngineHttp) {
    this.#http = http
  }

  list({ label, names }: VolumeFilter): Promise<Volume[]> {
    const filters = { ...labelFilter(label), ...(names === undefined ? {} : { name: names }) }
    const request = { method: 'GET', path: '/volumes', query: { filters } } as const
    return this.#http.json(['volume', 'list'], request, listSchema)
  }

  /** Creates a volume, of the engine's own name where none is given. One of that name that is there already is given. */
  create(labels: Labels, name?: string): Promise<Volume> {
    const request = { method: 'POST', path: '/volumes/create', json: { Name: name, Labels: labels } } as const
    return this.#http.json(['volume', 'create'], request, volumeSchema)
  }

  /** All volumes with their sizes, which takes an engine with many files a while. */
  async sizes(signal?: AbortSignal): Promise<MeasuredVolume[]> {
    // Engines before API 1.42 do not know `type`, and measure images and containers too.
    const request = { method: 'GET', path: '/system/df', query: { type: 'volume' } } as const
    const bounds = { timeoutMs: SIZES_MS, signal }
    const { Volumes: volumes } = await this.#http.json(['system', 'df'], request, sizesSchema, bounds)
    return volumes ?? []
  }

  /**
   * Removes a volume.
   * @returns false when there is none
   * @throws EngineError, `conflict` when it is in use
   */
  async remove(name: string): Promise<boolean> {
    const request = { method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}` } as const
    try {
      await this.#http.done(['volume', 'remove', name], request)
      this.#notRemoved.delete(name)
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      this.#notRemoved.add(name)
      throw error
    }
  }

  /** False when a volume is left whose removal did not succeed. */
  get areRemoved(): boolean {
    return this.#notRemoved.size === 0
  }
}

/** The options of a volume that the driver `local` makes with a container, as fields of the CLI's `--mount`. */
export const volumeFields = (options: Readonly<Record<string, string>>): string[] => [
  'volume-driver=local',
  ...Object.entries(options).map(([key, value]) => `volume-opt=${key}=${value}`),
]

const volumeSchema = z
  .object({
    Name: z.string(),
    Labels: labelsSchema,
    Mountpoint: z.string().default(''),
    CreatedAt: z.string().default(''),
    UsageData: z.object({ Size: z.number() }).nullish(),
  })
  .transform(
    ({ Name, Labels, Mountpoint, CreatedAt, UsageData }): MeasuredVolume => ({
      ...{ name: Name, labels: Labels, mountpoint: Mountpoint, created: epochSeconds(CreatedAt) },
      // -1: it could not be measured.
      bytes: UsageData && UsageData.Size >= 0 ? UsageData.Size : null,
    }),
  )

const sizesSchema = z.object({ Volumes: z.array(volumeSchema).nullish() })

const listSchema = z
  .object({ Volumes: z.array(volumeSchema).nullish() })
  .transform(({ Volumes }) => Volumes ?? [])

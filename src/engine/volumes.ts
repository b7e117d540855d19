import { z } from 'zod'
import { isNotFound } from './errors.ts'
import type { EngineHttp } from './http.ts'
import { type Labels, labelFilter, labelsSchema, secondsOf } from './labels.ts'

/** A volume as the engine knows it. */
export interface Volume {
  readonly name: string
  readonly labels: Labels
  /** Epoch seconds; null where the engine does not say. */
  readonly created: number | null
}

/** Which volumes to list. */
export interface VolumeFilter {
  /** `KEY=VALUE`. */
  readonly label?: string
  /** Parts of names. */
  readonly names?: readonly string[]
}

/** Volumes. */
export class Volumes {
  readonly #http: EngineHttp

  constructor(http: EngineHttp) {
    this.#http = http
  }

  list({ label, names }: VolumeFilter): Promise<Volume[]> {
    const filters = { ...labelFilter(label), ...(names === undefined ? {} : { name: names }) }
    const request = { method: 'GET', path: '/volumes', query: { filters } } as const
    return this.#http.json(['volume', 'list'], request, listSchema)
  }

  /**
   * Removes a volume.
   * @returns false where there is none
   * @throws EngineError, `conflict` where it is in use
   */
  async remove(name: string): Promise<boolean> {
    const request = { method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}` } as const
    try {
      await this.#http.done(['volume', 'remove', name], request)
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }
}

const volumeSchema = z
  .object({
    Name: z.string(),
    Labels: labelsSchema,
    CreatedAt: z.string().default(''),
  })
  .transform(
    ({ Name, Labels, CreatedAt }): Volume => ({
      ...{ name: Name, labels: Labels, created: secondsOf(CreatedAt) },
    }),
  )

const listSchema = z
  .object({ Volumes: z.array(volumeSchema).nullish() })
  .transform(({ Volumes }) => Volumes ?? [])

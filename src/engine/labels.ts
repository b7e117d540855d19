import { z } from 'zod'

/** Labels of something on the engine. */
export type Labels = Readonly<Record<string, string>>

/** Labels as engines send them; null when there are none. */
export const labelsSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels): Labels => labels ?? {})

/** A label to look for; without a value whatever it is. */
export interface LabelFilter {
  readonly key: string
  readonly value?: string
}

/** The filter of a list by one label. */
export const labelFilter = (label: LabelFilter | undefined): Record<string, readonly string[]> =>
  label === undefined
    ? {}
    : { label: [label.value === undefined ? label.key : `${label.key}=${label.value}`] }

/** Labels as options of the CLI. */
export const labelOptions = (labels: Labels): string[] =>
  Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])

/** Labels of a volume that is made with a container, as fields of the CLI's `--mount`. */
export const labelFields = (labels: Labels): string[] =>
  Object.entries(labels).map(([key, value]) => `volume-label=${key}=${value}`)

/** A time of the engine's (RFC 3339, to the nanosecond) in epoch seconds; null when it is none. */
export function epochSeconds(text: string): number | null {
  const seconds = Date.parse(text) / 1000
  return Number.isFinite(seconds) ? seconds : null
}

import { z } from 'zod'

/** Labels of something on the engine. */
export type Labels = Readonly<Record<string, string>>

/** Labels as engines send them; null where there are none. */
export const labelsSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels): Labels => labels ?? {})

/** The filter of a list by one label, `KEY=VALUE`. */
export const labelFilter = (label: string | undefined): Record<string, readonly string[]> =>
  label === undefined ? {} : { label: [label] }

/** A time of the engine's (RFC 3339, to the nanosecond) in epoch seconds; null where it is none. */
export function secondsOf(text: string): number | null {
  const seconds = Date.parse(text) / 1000
  return Number.isFinite(seconds) ? seconds : null
}

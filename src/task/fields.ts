/** A map of fields that nothing is known of yet. */
export type Fields = Record<string, unknown>

/** True of a map; lists and null are none. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

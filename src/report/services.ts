import { serviceLine } from '../record/summary/services-words.ts'
import type { Leg } from './leg.ts'

/** A line for each service of each task. */
export const servicesOf = (legs: readonly Leg[]): string[] =>
  legs.flatMap(({ id, record }) =>
    (record?.services ?? []).map((service) => `${id}: ${serviceLine(service)}`),
  )

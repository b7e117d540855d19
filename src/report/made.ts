import { madeLine } from '../record/summary/made-words.ts'
import type { Leg } from './leg.ts'

/** A line for each image that was made for a task; those that were there are none. */
export const madeLines = (legs: readonly Leg[]): string[] =>
  legs.flatMap(({ id, record }) =>
    (record?.made ?? [])
      .filter(({ isBuilt }) => isBuilt)
      .map((one) => `${id}: ${one.image} ${madeLine(one)}`),
  )

import type { Leg } from './leg.ts'
import type { Totals } from './totals.ts'

/** What a report says, and where. */
export interface Report {
  readonly legs: readonly Leg[]
  /** The list of results, for later jobs. */
  readonly results: readonly object[]
  readonly totals: Totals
  /** What is new, compared with earlier runs. */
  readonly trend: readonly string[]
  /** Path of the page on the runner; null when there is none. */
  readonly page: string | null
  /** Where people open the page; null when it was not uploaded. */
  readonly link: string | null
}

/** What a request to a storage ended with, where it was not carried out. */
export interface Failure {
  /** The status of the answer; null when there was none. */
  readonly status: number | null
  /** The storage's code, the system's code of an error of the network, or null. */
  readonly code: string | null
  /** The seconds that a busy storage asks for. */
  readonly retryAfter?: number | undefined
  /** The error that there was instead of an answer. */
  readonly cause?: unknown
}

/** Statuses that pass: time limits, too many requests, and faults of a storage or of what is before it. */
const PASSING = new Set([408, 429, 500, 502, 503, 504])

/** Errors of the network that pass. A certificate that is not trusted, for one, is not among them. */
const OF_THE_NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/** How often a request is tried. */
export const TRIES = 5
const FIRST_MS = 1_000
const LONGEST_MS = 10_000

/**
 * How long to wait before a request is tried again, in milliseconds; null when another try would end as this one.
 * Twice as long each time, and no two clients at the same moment: `chance` is from 0 to 1.
 */
export function retryDelay(failure: Failure, tries: number, chance: number): number | null {
  const passes =
    failure.status === null ? OF_THE_NETWORK.has(failure.code ?? '') : PASSING.has(failure.status)
  if (!passes || tries >= TRIES) return null
  const own = FIRST_MS * 2 ** (tries - 1) * (0.75 + chance / 2)
  return Math.min(Math.max(own, (failure.retryAfter ?? 0) * 1000), LONGEST_MS)
}

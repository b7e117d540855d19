import type { Leg, LegStatus } from '../leg.ts'
import { hasAllowedFailure, isFlaky } from '../totals.ts'

/** Each status as people say it, in the order in which they are counted. */
export const STATUS_WORDS: Readonly<Record<LegStatus, string>> = {
  succeeded: 'passed',
  failed: 'failed',
  'timed-out': 'timed out',
  'out-of-memory': 'out of memory',
  error: 'not run',
  cancelled: 'cancelled',
  missing: 'missing',
  invalid: 'unreadable',
  skipped: 'skipped',
}

/** What people are shown of how a leg ended. */
export function statusOf(leg: Leg): string {
  const words = STATUS_WORDS[leg.status]
  if (isFlaky(leg)) return `${words}, flaky`
  return hasAllowedFailure(leg) ? `${words}, allowed` : words
}

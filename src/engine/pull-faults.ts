import type { EngineError } from './errors.ts'

/** What is wrong with a pull, as far as the words of engine and registry say. */
export type PullFault =
  | ('disk-full' | 'no-platform' | 'rate-limit' | 'no-image')
  | ('denied' | 'no-way' | 'unknown')

const PULL_FAULTS: readonly (readonly [PullFault, RegExp])[] = [
  ['disk-full', /no space left on device|disk quota exceeded/i],
  ['no-platform', /no matching manifest|does not match the specified platform/i],
  ['rate-limit', /too many requests|toomanyrequests|rate limit/i],
  ['no-image', /manifest unknown|invalid reference|(tag|manifest) .*not found/i],
  ['denied', /denied|unauthorized|authentication required|forbidden/i],
]

/** Why a pull failed. */
export const pullFault = ({ message }: EngineError): PullFault =>
  PULL_FAULTS.find(([, words]) => words.test(message))?.[0] ??
  (PASSING.test(message) || /certificate|TLS/i.test(message) ? 'no-way' : 'unknown')

/**
 * Faults of the way to the registry, which a second try often does not meet; all else is final at once. A name that
 * does not resolve and a network that leads nowhere are among them: both come and go on machines that just started.
 */
const PASSING = new RegExp(
  [
    'timeout|timed out|deadline exceeded|request canceled',
    'connection (reset|refused|aborted|lost)|forcibly closed|broken pipe|\\bEOF\\b|stream error',
    'temporary failure|no such host|server misbehaving|try again',
    'unreachable|no route to host|host is down',
    'too many requests|toomanyrequests|internal server error|bad gateway|service unavailable',
    'TLS handshake',
  ].join('|'),
  'i',
)

/** True when a pull failed for a reason that may have passed when it is tried again. */
export const isPassing = (error: EngineError): boolean =>
  error.reason === 'refused' && PASSING.test(error.message)

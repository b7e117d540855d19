import { addressFault } from './addresses.ts'
import { hostText, type Target } from './hosts.ts'
import { isAllowed, type LineFault, lineFaults, type Rule, rulesOf, WEB_PORTS } from './rules.ts'

/** What a task may reach: everything, nothing, everything with a list of it, or the hosts of these lines. */
export type Egress = 'open' | 'none' | 'audit' | readonly string[]

const WORDS = ['open', 'none', 'audit'] as const

/** Reads what a user wrote: a word, or lines as a text or list. Blank lines and those that begin with # are none. */
export function readEgress(given: string | readonly string[]): { value: Egress; faults: LineFault[] } {
  const all = (typeof given === 'string' ? given.split(/\r?\n/) : given).map((line) => line.trim())
  const lines = all.filter((line) => line !== '' && !line.startsWith('#'))
  const word = WORDS.find((one) => lines.includes(one))
  if (word !== undefined && lines.length === 1) return { value: word, faults: [] }
  if (lines.length === 0) return { value: [], faults: [{ index: 0, message: NO_LINES }] }
  return { value: lines, faults: lineFaults(lines).map((fault) => alone(lines, fault)) }
}

const NO_LINES = 'has no host in it; write none where nothing is to be reached'

const alone = (lines: readonly string[], fault: LineFault): LineFault =>
  WORDS.some((word) => word === lines[fault.index])
    ? { ...fault, message: 'is a word for all of egress, and stands alone' }
    : fault

/** True when a task is kept from what it does not name. */
export const isLimited = (egress: Egress): boolean => egress !== 'open'

/** By what a proxy decides. */
export type ProxyPolicy =
  | { readonly mode: 'audit' }
  | { readonly mode: 'list'; readonly rules: readonly Rule[] }

/** The policy of a task's proxy; null when it has none. */
export function proxyPolicy(egress: Egress): ProxyPolicy | null {
  if (egress === 'open' || egress === 'none') return null
  return egress === 'audit' ? { mode: 'audit' } : { mode: 'list', rules: rulesOf(egress) }
}

/** Why a target is not reached. */
export type Denial =
  | 'not listed'
  | 'port not listed'
  | 'no public address'
  | 'not its own TLS name'
  | 'no TLS'

/**
 * Whether a task may reach a target, as far as its name says.
 * @param own addresses of this machine
 * @returns why not; null when it may
 */
export function denialOf(policy: ProxyPolicy, target: Target, own: ReadonlySet<string>): Denial | null {
  const { host } = target
  if (host.kind === 'address' && addressFault(host.address, own) !== null) return 'no public address'
  if (policy.mode === 'audit' || isAllowed(policy.rules, target)) return null
  const isKnown = WEB_PORTS.some((port) => isAllowed(policy.rules, { host, port }))
  return isKnown ? 'port not listed' : 'not listed'
}

/**
 * Why a tunnel is not what was asked for, by how it begins. On the ports of the web, where one address serves many
 * names, it has to be TLS; what another port speaks is up to those who allow that port.
 * @param serverName the name in its TLS; null: TLS without one; undefined: it does not begin as TLS
 */
export function tunnelDenial(
  policy: ProxyPolicy,
  target: Target,
  serverName: string | null | undefined,
): Denial | null {
  if (policy.mode === 'audit') return null
  if (serverName === undefined) return WEB_PORTS.includes(target.port) ? 'no TLS' : null
  const expected = target.host.kind === 'name' ? hostText(target.host) : null
  const named = serverName === null ? null : serverName.toLowerCase().replace(/\.$/, '')
  return named === expected ? null : 'not its own TLS name'
}

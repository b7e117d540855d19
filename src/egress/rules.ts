import { addressFault } from './addresses.ts'
import { authorityText, type Host, hostText, readHost, type Target } from './hosts.ts'
import { PRESETS } from './presets.ts'

/** A host that may be reached. */
export interface Rule {
  /** A name, an address, or `*.` and a name: what is below it. */
  readonly host: string
  /** Null: {@link WEB_PORTS}. */
  readonly port: number | null
}

/** The ports of a host that is named without one. */
export const WEB_PORTS: readonly number[] = [80, 443]

/** What is wrong with a line of the list. */
export interface LineFault {
  readonly index: number
  readonly message: string
}

/** A line of the list as rules, or what is wrong with it. */
export function readLine(line: string): readonly Rule[] | string {
  const preset = isPreset(line) ? PRESETS[line] : undefined
  if (preset !== undefined) return preset.flatMap((one) => rulesOf([one]))
  if (/^[a-z]+:\/\//i.test(line))
    return 'is an address of a page; name its host alone, such as api.example.com'
  if (line.includes('/')) return 'has a path or range; a host alone can be allowed, such as api.example.com'
  const [, host = '', digits] = /^(.*?)(?::(\d+))?$/.exec(line) ?? []
  const port = digits === undefined ? null : Number(digits)
  if (port !== null && (port < 1 || port > 65_535)) return 'has a port that is none (1 to 65535)'
  return host.startsWith('*.') ? wildcard(host.slice(2), port) : exact(line, host, port)
}

const isPreset = (line: string): line is keyof typeof PRESETS => Object.hasOwn(PRESETS, line)

function wildcard(below: string, port: number | null): readonly Rule[] | string {
  const host = readHost(below)
  if (host?.kind !== 'name') return 'is no pattern; write *. and a name, such as *.example.com'
  if (!host.name.includes('.')) return 'covers too much; name a host below it, such as *.example.com'
  return [{ host: `*.${host.name}`, port }]
}

function exact(line: string, text: string, port: number | null): readonly Rule[] | string {
  const host = readHost(text)
  if (host === null) return noHost(line)
  if (host.kind === 'name') return host.name.includes('.') ? [{ host: host.name, port }] : noHost(line)
  const fault = addressFault(host.address)
  if (fault !== null) return `is an address that no task reaches (${fault})`
  return [{ host: host.address, port }]
}

const noHost = (line: string): string =>
  /^[a-z-]+$/.test(line)
    ? `is no preset (${Object.keys(PRESETS).join(', ')}), and no host: a host has a dot in it, such as api.example.com`
    : 'is no host; write a name, *. and a name, or an address, with or without :PORT'

/** The rules of lines that were found right. */
export const rulesOf = (lines: readonly string[]): readonly Rule[] =>
  lines.flatMap((line) => {
    const rules = readLine(line)
    return typeof rules === 'string' ? [] : rules
  })

/** All that is wrong with the lines of a list. */
export const lineFaults = (lines: readonly string[]): LineFault[] =>
  lines.flatMap((line, index) => {
    const rules = readLine(line)
    return typeof rules === 'string' ? [{ index, message: rules }] : []
  })

/** True when a rule allows a target. */
export const isAllowed = (rules: readonly Rule[], { host, port }: Target): boolean =>
  rules.some((rule) => coversHost(rule.host, host) && coversPort(rule.port, port))

function coversHost(pattern: string, host: Host): boolean {
  if (!pattern.startsWith('*.')) return pattern === hostText(host)
  return host.kind === 'name' && host.name.endsWith(pattern.slice(1))
}

const coversPort = (allowed: number | null, port: number): boolean =>
  allowed === null ? WEB_PORTS.includes(port) : allowed === port

/** Those of the lines that lead to more than the bounds do. */
export const linesBeyond = (lines: readonly string[], bounds: readonly string[]): string[] => {
  const outer = rulesOf(bounds)
  return lines.filter((line) => !rulesOf([line]).every((rule) => isCovered(rule, outer)))
}

const isCovered = ({ host, port }: Rule, outer: readonly Rule[]): boolean =>
  (port === null ? WEB_PORTS : [port]).every((one) =>
    outer.some(
      (bound) =>
        coversPort(bound.port, one) &&
        (bound.host === host || (bound.host.startsWith('*.') && host.endsWith(bound.host.slice(1)))),
    ),
  )

/** The line that allows a target. */
export const lineFor = (target: Target): string =>
  WEB_PORTS.includes(target.port) ? authorityText(target).replace(/:\d+$/, '') : authorityText(target)

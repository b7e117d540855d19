import { isIPv4, isIPv6 } from 'node:net'

/** A host as a proxy is asked for it: a name, in lower case and without a dot at its end, or an address. */
export type Host =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly address: string }

/** A host and a port that a task wants to reach. */
export interface Target {
  readonly host: Host
  readonly port: number
}

const LONGEST_NAME = 253
const HOST_LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/**
 * Reads a host in whatever form it is written. What programs take for an address in another form (`0x7f.1`,
 * `2130706433`, `0177.0.0.1`) is that address, by the rules of URLs.
 * @returns null for what is no host
 */
export function readHost(text: string): Host | null {
  const [, bracketed] = /^\[([0-9a-f:.]+)\]$/i.exec(text) ?? []
  if (bracketed !== undefined)
    return isIPv6(bracketed)
      ? { kind: 'address', address: new URL(`http://[${bracketed}]/`).hostname.slice(1, -1) }
      : null
  const url = `http://${text}/`
  // Marks of any kind, escapes and other alphabets have no place in what programs ask a proxy for.
  if (!/^[\w.-]+$/.test(text) || !URL.canParse(url)) return null
  const { hostname } = new URL(url)
  if (isIPv4(hostname)) return { kind: 'address', address: hostname }
  const name = hostname.replace(/\.$/, '')
  const isName = name.length <= LONGEST_NAME && name.split('.').every((label) => HOST_LABEL.test(label))
  return isName ? { kind: 'name', name } : null
}

/** A host and port as `host:port`, the form of a request for a tunnel. The port is needed. */
export function readAuthority(text: string): Target | null {
  const [, host = '', digits = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  const found = readHost(host)
  return found !== null && port >= 1 && port <= 65_535 ? { host: found, port } : null
}

/** The target and path of a request for `http://…`. Names of users are refused: they are there to mislead. */
export function readUrl(text: string): (Target & { readonly path: string }) | null {
  const [, authority = '', path = ''] = /^http:\/\/([^/?#]*)([^#]*)/i.exec(text) ?? []
  const target = readAuthority(/:\d+$/.test(authority) ? authority : `${authority}:80`)
  return target === null ? null : { ...target, path: path.startsWith('/') ? path : `/${path}` }
}

/** The target of a host and port that {@link hostText} made. */
export const targetOf = ({ host, port }: { readonly host: string; readonly port: number }): Target => ({
  host: host.includes(':') ? { kind: 'address', address: host } : { kind: 'name', name: host },
  port,
})

/** A host as one text. */
export const hostText = (host: Host): string => (host.kind === 'name' ? host.name : host.address)

/** A host as it is written in front of a port. */
export const authorityText = ({ host, port }: Target): string =>
  `${host.kind === 'address' && host.address.includes(':') ? `[${host.address}]` : hostText(host)}:${port}`

/** A port of this machine at which something listens for others than this machine. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

const LISTENS = '0A'
const UNCONNECTED = '07'
/** Above it a port of UDP is mostly that of a client. */
const FIRST_EPHEMERAL = 32_768
const LOOPBACK_V4 = /^[0-9A-F]{6}7F$/
const LOOPBACK_V6 = '00000000000000000000000001000000'
const LINK_LOCAL_V6 = /^[0-9A-F]{4}80FE/

/**
 * What listens by the text of `/proc/net/tcp`, `tcp6`, `udp` or `udp6`. All of it is reached by way of the gateway of a
 * network, but what listens on the loopback.
 */
export function listenersIn(text: string, protocol: Listener['protocol']): Listener[] {
  const state = protocol === 'tcp' ? LISTENS : UNCONNECTED
  return text.split('\n').flatMap((line) => {
    const [, address = '', port = '', found] =
      /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line) ?? []
    const number = Number.parseInt(port, 16)
    const isOthers = LOOPBACK_V4.test(address) || address === LOOPBACK_V6 || LINK_LOCAL_V6.test(address)
    const isClient = protocol === 'udp' && number >= FIRST_EPHEMERAL
    return found !== state || isOthers || isClient ? [] : [{ protocol, port: number }]
  })
}

/** `tcp 22 and 80, udp 53`; empty when nothing listens. */
export function listenersText(listeners: readonly Listener[]): string {
  const parts = (['tcp', 'udp'] as const).flatMap((protocol) => {
    const ports = listeners.filter((one) => one.protocol === protocol).map(({ port }) => port)
    const sorted = [...new Set(ports)].sort((one, other) => one - other)
    return sorted.length === 0 ? [] : [`${protocol} ${sorted.join(', ')}`]
  })
  return parts.join('; ')
}

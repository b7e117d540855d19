/** Where a container listens for TCP. */
export interface Listening {
  /** Ports that other containers reach. */
  readonly outside: ReadonlySet<number>
  /** Ports of its loopback alone. */
  readonly inside: ReadonlySet<number>
}

/** The state LISTEN in the kernel's tables. */
const LISTEN = '0A'

/**
 * Reads the kernel's tables of TCP sockets, `/proc/net/tcp` and `/proc/net/tcp6`, one behind the other. Who looks there
 * needs no program in the container, and opens no connection that a server would have to make sense of.
 */
export function listeningIn(tables: string): Listening {
  const outside = new Set<number>()
  const inside = new Set<number>()
  for (const line of tables.split('\n')) {
    const [, address = '', port = '', state] =
      /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2})\b/.exec(line) ??
      []
    if (state !== LISTEN) continue
    const found = isLoopback(address) ? inside : outside
    found.add(Number.parseInt(port, 16))
  }
  return { outside, inside }
}

/** 127.0.0.0/8, ::1, and the former as an address of the latter kind; words are in the machine's order of bytes. */
const isLoopback = (address: string): boolean =>
  /^[0-9A-F]{6}7F$/.test(address) ||
  address === '00000000000000000000000001000000' ||
  /^0{16}FFFF0000[0-9A-F]{6}7F$/.test(address)

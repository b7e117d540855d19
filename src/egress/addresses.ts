import { isIP } from 'node:net'

/** Ranges of IPv4 that no task reaches by its proxy. All else is an address of the internet. */
const CLOSED_V4: readonly (readonly [range: string, what: string])[] = [
  ['0.0.0.0/8', 'this machine'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'metadata'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol assignments'],
  ['192.88.99.0/24', 'relays to IPv6'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmarks'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
]

/** Of IPv6 only 2000::/3 is the internet's. These are in it, and lead elsewhere. */
const OPEN_V6 = '2000::/3'
const CLOSED_V6: readonly (readonly [range: string, what: string])[] = [
  ['2001::/23', 'protocol assignments'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', 'relays to IPv4'],
  ['3fff::/20', 'documentation'],
]
/** Ranges in whose last 32 bits an address of IPv4 is meant: mapped, and translated by NAT64. */
const EMBEDDING = ['::ffff:0:0/96', '64:ff9b::/96']

/**
 * Why an address is not one of the internet's, such as `private`; null when it is one. What is no address is none of
 * the internet's either.
 * @param own addresses of this machine, whatever their range
 */
export function addressFault(address: string, own: ReadonlySet<string> = new Set()): string | null {
  const bytes = bytesOf(address)
  if (bytes === null) return 'no address'
  if (own.has(address)) return 'this machine'
  if (bytes.length === 4) return faultIn(CLOSED_V4, bytes)
  if (EMBEDDING.some((range) => isWithin(bytes, range)))
    return addressFault(bytes.subarray(12).join('.'), own)
  return isWithin(bytes, OPEN_V6) ? faultIn(CLOSED_V6, bytes) : 'local'
}

/** True when an address is in a network, such as `172.18.0.0/16`. IPv4 counts as itself when it is mapped to IPv6. */
export function isInNetwork(address: string, network: string): boolean {
  const bytes = bytesOf(address.replace(/^::ffff:(?=\d+\.)/i, ''))
  return bytes !== null && isWithin(bytes, network)
}

const faultIn = (ranges: typeof CLOSED_V4, bytes: Uint8Array): string | null =>
  ranges.find(([range]) => isWithin(bytes, range))?.[1] ?? null

function isWithin(bytes: Uint8Array, range: string): boolean {
  const [network = '', length = ''] = range.split('/')
  const wanted = bytesOf(network)
  if (wanted === null || wanted.length !== bytes.length || !/^\d+$/.test(length)) return false
  return bytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, Number(length) - index * 8))
    const mask = (0xff00 >> bits) & 0xff
    return (byte & mask) === ((wanted[index] ?? 0) & mask)
  })
}

/** The 4 or 16 bytes of an address in one of the forms that have one meaning; null for all others, zones among them. */
function bytesOf(address: string): Uint8Array | null {
  const kind = address.includes('%') ? 0 : isIP(address)
  if (kind === 4) return Uint8Array.from(address.split('.').map(Number))
  return kind === 6 ? bytesOfV6(address) : null
}

function bytesOfV6(address: string): Uint8Array {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const [, head = '', ...last] = dotted ?? []
  const [a = 0, b = 0, c = 0, d = 0] = last.map(Number)
  const text = dotted ? `${head}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : address
  const [left = [], right = []] = text.split('::').map((half) => half.split(':').filter((one) => one !== ''))
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const groups = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16))
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

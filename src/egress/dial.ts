import { promises as dns, getServers } from 'node:dns'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { addressFault } from './addresses.ts'
import { hostText, type Target } from './hosts.ts'

/** A host has addresses, and none of them is the internet's. */
export class ClosedAddressError extends Error {
  override readonly name = 'ClosedAddressError'
}

/** How names are resolved, and addresses judged and connected to. */
export interface Dialling {
  /** All addresses of a name. @throws Error when it has none */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** Addresses of this machine. */
  readonly own: () => ReadonlySet<string>
  /** A connection to an address. */
  readonly connect: (address: string, port: number) => Promise<Socket>
}

const CONNECT_MS = 10_000
const MOST_ADDRESSES = 4

/**
 * Connects to a target. Its name is looked up once: the addresses that are judged are those that are connected to.
 * @throws ClosedAddressError, or the system's error when it is not reached
 */
export async function dial({ host, port }: Target, { resolve, own, connect }: Dialling): Promise<Socket> {
  const found = host.kind === 'address' ? [host.address] : await resolve(host.name)
  const here = own()
  const open = found.filter((address) => addressFault(address, here) === null)
  if (open.length === 0) throw new ClosedAddressError(hostText(host))
  let last: unknown
  for (const address of open.slice(0, MOST_ADDRESSES))
    try {
      return await connect(address, port)
    } catch (error) {
      last = error
    }
  throw last
}

/**
 * Connects to an address, without a look-up.
 * @throws the system's error
 */
export async function connectTo(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, keepAlive: true })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) })
    return socket
  } catch (error) {
    socket.on('error', () => undefined).destroy()
    throw error
  }
}

const LOOKUP = { timeout: 3_000, tries: 3 }

/**
 * Looks a name up as it stands, at the machine's resolvers, IPv4 first. The system's own function would hold one of
 * the few threads that files are read with, for as long as a resolver is silent.
 */
export async function lookUp(name: string): Promise<string[]> {
  const resolver = new dns.Resolver(LOOKUP)
  resolver.setServers(getServers())
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const found = [v4, v6].flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  if (found.length === 0 && v4.status === 'rejected') throw v4.reason
  return found
}

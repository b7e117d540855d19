import { createRequire } from 'node:module'
import { z } from 'zod'

/**
 * Loaded before the action (`node --import`), stands for the internet: names have the addresses of the test, each look
 * the next ones, and a connection to an address leads to a port of this machine. All else is left as it is.
 */
const schema = z.object({
  names: z.record(z.string(), z.array(z.array(z.string()))),
  ports: z.record(z.string(), z.number()),
})
const { FAKE_INTERNET } = process.env
if (FAKE_INTERNET !== undefined) pretend(schema.parse(JSON.parse(FAKE_INTERNET)))

function pretend({ names, ports }: z.output<typeof schema>): void {
  const load = createRequire(import.meta.url)
  const resolver: { resolve4: unknown; resolve6: unknown } = load('node:dns').promises.Resolver.prototype
  resolver.resolve4 = async (name: string) => {
    const looks = names[name]
    if (looks === undefined) throw new Error(`queryA ENOTFOUND ${name}`)
    return (looks.length > 1 ? looks.shift() : looks[0]) ?? []
  }
  resolver.resolve6 = async () => []
  const net: { Socket: { prototype: { connect: (...args: unknown[]) => unknown } } } = load('node:net')
  const real = net.Socket.prototype.connect
  net.Socket.prototype.connect = function connect(this: unknown, ...args: unknown[]) {
    return real.apply(
      this,
      args.map((one) => led(one, ports)),
    )
  }
}

/** The options of a connection, or those that Node has made of its arguments. */
function led(options: unknown, ports: Readonly<Record<string, number>>): unknown {
  if (Array.isArray(options)) {
    const [first, ...rest] = options
    // Node marks the list by a symbol.
    return Object.assign([led(first, ports), ...rest], symbolsOf(options))
  }
  if (typeof options !== 'object' || options === null || !('host' in options) || !('port' in options))
    return options
  const port = ports[`${options.host}:${options.port}`]
  return port === undefined ? options : { ...options, host: '127.0.0.1', port }
}

const symbolsOf = (list: object): object =>
  Object.fromEntries(Object.getOwnPropertySymbols(list).map((symbol) => [symbol, Reflect.get(list, symbol)]))

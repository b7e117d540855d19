import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isInNetwork } from './addresses.ts'
import { readBeginning } from './client-hello.ts'
import { ClosedAddressError, type Dialling, dial } from './dial.ts'
import { forward } from './forward.ts'
import { authorityText, hostText, readAuthority, readUrl, type Target } from './hosts.ts'
import { type EgressReport, Ledger } from './ledger.ts'
import { type Denial, denialOf, type ProxyPolicy, tunnelDenial } from './policy.ts'
import { lineFor } from './rules.ts'
import { joinSockets } from './tunnel.ts'
import { tunnelBy, type UpstreamProxy } from './upstream.ts'

/** What a proxy is made from. */
export interface ProxyOptions extends Dialling {
  readonly policy: ProxyPolicy
  /** The network whose containers may use it, such as `172.18.0.0/16`. */
  readonly network: string
  /** The machine's address on that network: it listens there alone. */
  readonly gateway: string
  /** The runner's own proxy for a target; null: none. */
  readonly upstream: (target: Target, isTunnel: boolean) => UpstreamProxy | null
}

/** A proxy that is at work. */
export interface EgressProxy {
  readonly port: number
  report(): EgressReport
  /** Ends it, with all that passes through it. */
  stop(): Promise<void>
}

const MOST_CONNECTIONS = 1_000
/** How long a client may take to say what it wants, and the runner's proxy to answer. */
const PATIENCE_MS = 30_000

/**
 * The one way out of an internal network: a proxy of HTTP, by host name. It belongs to this process and ends with it.
 * @throws the system's error, `EADDRNOTAVAIL` when the gateway is no address of this machine
 */
export async function startProxy(options: ProxyOptions): Promise<EgressProxy> {
  const proxy = new RunningProxy(options)
  await proxy.listen()
  return proxy
}

class RunningProxy implements EgressProxy {
  readonly #options: ProxyOptions
  readonly #ledger = new Ledger()
  readonly #server: Server
  readonly #open = new Set<Socket>()

  constructor(options: ProxyOptions) {
    this.#options = options
    this.#server = createServer({ headersTimeout: PATIENCE_MS, requestTimeout: 0, maxHeaderSize: 32 * 1024 })
    this.#server.maxConnections = MOST_CONNECTIONS
    this.#server.on('connection', (socket: Socket) => this.#admit(socket))
    this.#server.on('connect', (message: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#tunnel(message.url ?? '', socket, head).catch(() => socket.destroy())
    })
    this.#server.on('request', (message, response) => {
      this.#pass(message, response).catch(() => failed(response))
    })
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  async listen(): Promise<void> {
    const { gateway } = this.#options
    this.#server.listen({ host: gateway, port: 0 })
    await once(this.#server, 'listening')
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  report(): EgressReport {
    return this.#ledger.report()
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
    await closed
  }

  /** Tasks of other networks reach the gateway too, and so does this machine itself: they have nothing to do here. */
  #admit(socket: Socket): void {
    const { network, gateway } = this.#options
    const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '')
    socket.on('error', () => socket.destroy())
    if (!isInNetwork(peer, network) || peer === gateway) {
      socket.destroy()
      return
    }
    socket.setNoDelay(true)
    this.#track(socket)
  }

  #track(socket: Socket): void {
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
  }

  #denial(target: Target): Denial | null {
    return denialOf(this.#options.policy, target, this.#options.own())
  }

  async #tunnel(authority: string, task: Socket, head: Buffer): Promise<void> {
    const target = readAuthority(authority)
    if (target === null) return refuse(task, 400, 'A tunnel is asked for by CONNECT host:port.')
    const denial = this.#denial(target)
    if (denial !== null) return this.#refuseTunnel(task, target, denial)
    const remote = await this.#reach(target, task)
    if (remote === null) return
    if (task.destroyed) {
      remote.destroy()
      return
    }
    this.#track(remote)
    remote.on('error', () => remote.destroy())
    const abandon = (): void => {
      remote.destroy()
    }
    task.once('close', abandon)
    task.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) task.unshift(head)
    const begun = await this.#beginning(task, target)
    if (begun !== null) {
      this.#ledger.deny(target, begun)
      task.destroy()
      return
    }
    task.off('close', abandon)
    if (task.destroyed) return abandon()
    await joinSockets(task, remote, this.#ledger.allow(target))
  }

  /** A connection to the target; null when there is none, and the task has its answer. */
  async #reach(target: Target, task: Socket): Promise<Socket | null> {
    const upstream = this.#options.upstream(target, true)
    try {
      return upstream ? await tunnelBy(upstream, target, PATIENCE_MS) : await dial(target, this.#options)
    } catch (error) {
      if (error instanceof ClosedAddressError) this.#refuseTunnel(task, target, 'no public address')
      else refuse(task, 502, unreached(target, error))
      return null
    }
  }

  #refuseTunnel(task: Socket, target: Target, denial: Denial): void {
    this.#ledger.deny(target, denial)
    refuse(task, 403, denialText(target, denial))
  }

  /** Waits for how a tunnel begins, where that matters, and leaves it to be read once more. */
  async #beginning(task: Socket, target: Target): Promise<Denial | null> {
    const { policy } = this.#options
    if (tunnelDenial(policy, target, undefined) === null) return null
    const read = await readStart(task)
    return tunnelDenial(policy, target, read)
  }

  async #pass(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = readUrl(message.url ?? '')
    if (target === null)
      return answer(response, 400, 'This is a proxy: ask for http://host/path, or CONNECT.')
    const denial = this.#denial(target)
    if (denial !== null) return this.#refusePlain(response, target, denial)
    const plain = { target, path: target.path, message, response }
    const upstream = this.#options.upstream(target, false)
    if (upstream) return forward(plain, upstream, this.#ledger.allow(target))
    try {
      const remote = await dial(target, this.#options)
      this.#track(remote)
      remote.on('error', () => remote.destroy())
      await forward(plain, remote, this.#ledger.allow(target))
    } catch (error) {
      if (error instanceof ClosedAddressError) return this.#refusePlain(response, target, 'no public address')
      if (response.headersSent) throw error
      answer(response, 502, unreached(target, error))
    }
  }

  #refusePlain(response: ServerResponse, target: Target, denial: Denial): void {
    this.#ledger.deny(target, denial)
    answer(response, 403, denialText(target, denial))
  }
}

/**
 * The server name with which a tunnel begins, as {@link tunnelDenial} takes it. What was read is put back.
 * @throws Error when it ends, or says nothing in time
 */
async function readStart(task: Socket): Promise<string | null | undefined> {
  const given = new AbortController()
  const giveUp = () => given.abort()
  const timer = setTimeout(giveUp, PATIENCE_MS)
  task.once('close', giveUp)
  try {
    const bytes: Buffer[] = []
    for (;;) {
      const beginning = readBeginning(Buffer.concat(bytes))
      if (beginning.kind !== 'more') {
        task.unshift(Buffer.concat(bytes))
        if (beginning.kind === 'tls') return beginning.serverName
        return beginning.kind === 'broken' ? '' : undefined
      }
      bytes.push(await nextChunk(task, given.signal))
    }
  } finally {
    clearTimeout(timer)
    task.off('close', giveUp)
  }
}

async function nextChunk(task: Socket, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = task.read()
    if (chunk !== null) return chunk
    if (task.readableEnded) throw new Error('the tunnel ended before it began')
    await once(task, 'readable', { signal })
  }
}

/** The answer to a request that is refused. */
function denialText(target: Target, denial: Denial): string {
  const what = `Refused by the egress list of this task: ${authorityText(target)}`
  switch (denial) {
    case 'not listed':
    case 'port not listed':
      return `${what} is not in it. To allow it, add the line ${lineFor(target)} to egress.`
    case 'no public address':
      return `${what} is no address of the internet; private addresses and those of the machine are never reached.`
    case 'not its own TLS name':
    case 'no TLS':
      return `${what} was asked for, and the connection is to another name.`
  }
}

const unreached = ({ host }: Target, error: unknown): string =>
  `${hostText(host)} could not be reached: ${error instanceof Error ? error.message : String(error)}`

/** An answer in place of a tunnel. */
function refuse(task: Socket, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`)
  const reason = status === 403 ? 'Forbidden' : status === 400 ? 'Bad Request' : 'Bad Gateway'
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
  task.end(Buffer.concat([Buffer.from(head), body]))
}

function answer(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`)
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': body.length,
    connection: 'close',
  })
  response.end(body)
}

function failed(response: ServerResponse): void {
  if (response.headersSent) response.destroy()
  else answer(response, 502, 'The host did not answer.')
}

import { Duplex } from 'node:stream'
import { type Program, start } from '../../host/process.ts'
import { cannotStart, EngineError } from '../errors.ts'
import { dockerConfig, knownHost } from '../registry/docker-config.ts'
import { BOUNDS } from './call.ts'
import type { Cli } from './cli.ts'
import { EngineSocket } from './socket.ts'

/** Where the engine is. */
export interface Endpoint {
  /** As the CLI writes it: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`; empty when it is not known. */
  readonly host: string
  /** Path of its socket on this machine; null when the CLI has to make the connection. */
  readonly socket: string | null
  readonly place: EnginePlace
}

/**
 * `socket`, behind a socket of this machine, or a named pipe of Windows; `loopback`, on a port of this machine's
 * loopback; `elsewhere`, anywhere else, or not known.
 */
export type EnginePlace = 'socket' | 'loopback' | 'elsewhere'

/**
 * Where the CLI finds its engine. Only a context by name is a question to the CLI, which costs a process. Of one that
 * cannot be read the CLI says so when it makes the connection.
 */
export async function findEndpoint(cli: Cli, env: NodeJS.ProcessEnv = process.env): Promise<Endpoint> {
  return knownEndpoint(env) ?? endpointAt(await hostOfContext(cli, env))
}

/** The same, where that is known without asking the CLI; null when a context says it. */
export function knownEndpoint(env: NodeJS.ProcessEnv): Endpoint | null {
  const host = knownHost(env, dockerConfig(env))
  return host === null ? null : endpointAt(host)
}

async function hostOfContext(cli: Cli, env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const host = await cli.run(args, { env, timeoutMs: BOUNDS.query }).catch(() => '')
  return host.trim()
}

/** An endpoint by its name, such as `unix:///var/run/docker.sock`. */
export function endpointAt(host: string): Endpoint {
  const [, path] = /^unix:\/\/(.*)$/s.exec(host) ?? []
  // The CLI takes one without a path for the default socket.
  const socket = path === undefined ? null : path || '/var/run/docker.sock'
  return { host, socket, place: placeOf(host) }
}

function placeOf(host: string): EnginePlace {
  if (/^(unix|npipe):\/\//.test(host)) return 'socket'
  return /^tcp:\/\/(localhost|127\.[\d.]+|\[::1\])([:/]|$)/.test(host) ? 'loopback' : 'elsewhere'
}

/** Opens a connection to the engine. What goes wrong is its `error` event. */
export function openConnection({ socket }: Endpoint): Duplex {
  if (socket === null) return new StdioConnection()
  return new EngineSocket().connect({ path: socket })
}

/** What is read of a program before it is handed on: so much of a task's output is written in one go where it comes fast. */
const READ_AHEAD = 1024 * 1024

/** The longest that a timer runs: a connection lasts as long as its engine's client. */
const AS_LONG_AS_NEEDED = 2 ** 31 - 1
const DIAL = 'docker system dial-stdio'
/** What is kept of a CLI's complaint. */
const LONGEST_COMPLAINT = 64 * 1024

/**
 * A connection that the CLI makes: it knows contexts, TLS and ssh. Its standard streams are the connection, and what
 * it prints to standard error is why there is none.
 */
class StdioConnection extends Duplex {
  readonly #program: Program

  constructor() {
    super({ readableHighWaterMark: READ_AHEAD })
    this.#program = start('docker', ['system', 'dial-stdio'], {
      timeoutMs: AS_LONG_AS_NEEDED,
      takesInput: true,
      endSignal: 'SIGKILL',
    })
    const { stdout, stderr, ending } = this.#program
    let complaint = ''
    stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < LONGEST_COMPLAINT) complaint += chunk.toString('utf8')
    })
    stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause()
    })
    stdout.on('error', (error) => this.destroy(error))
    ending.then(
      ({ code }) => {
        if (code === 0 || this.destroyed) this.push(null)
        else
          this.destroy(new EngineError('unreachable', DIAL, complaint.trim() || `${DIAL} ended with ${code}`))
      },
      (error: Error) => this.destroy(asError(cannotStart(DIAL, error))),
    )
  }

  /** What an agent asks of a socket that it keeps, which a pipe does not need. */
  setKeepAlive(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  /** The program holds this process until the connection is closed. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    this.#program.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // What cannot be written shows in the program's ending, whose words say why.
    this.#program.stdin?.write(chunk, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#program.stdin?.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#program.end('aborted')
    done(error)
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

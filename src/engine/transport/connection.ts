import { Duplex } from 'node:stream'
import { type Program, start } from '../../host/process.ts'
import { cannotStart, EngineError } from '../errors.ts'
import { dockerConfig, knownEndpoint } from '../registry/docker-config.ts'
import { BOUNDS } from './call.ts'
import type { Cli } from './cli.ts'
import { EngineSocket } from './socket.ts'

/** Where the engine is. */
export interface Endpoint {
  /** As the CLI writes it: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  readonly host: string
  /** Path of its socket on this machine; null when the CLI has to make the connection. */
  readonly socket: string | null
}

/**
 * Where the CLI finds its engine. Only a context by name is a question to the CLI, which costs a process. Of one that
 * cannot be read the CLI says so when it makes the connection.
 */
export async function findEndpoint(cli: Cli, env: NodeJS.ProcessEnv = process.env): Promise<Endpoint> {
  const host = knownEndpoint(env, dockerConfig(env)) ?? (await hostOfContext(cli, env))
  return { host, socket: socketOf(host) }
}

async function hostOfContext(cli: Cli, env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const host = await cli.run(args, { env, timeoutMs: BOUNDS.query }).catch(() => '')
  return host.trim()
}

/** The path of the socket of an endpoint such as `unix:///var/run/docker.sock`; null when it is none. */
export function socketOf(host: string): string | null {
  const [, path] = /^unix:\/\/(.*)$/s.exec(host) ?? []
  return path === undefined ? null : path || '/var/run/docker.sock'
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

import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { z } from 'zod'
import { connectionError, EngineError, isNotFound } from '../errors.ts'
import { once } from '../once.ts'
import { answerTo, drained, requireSuccess, StaleConnection, textOf } from './answer.ts'
import { BOUNDS, type Bounds, type Calls, nameOf } from './call.ts'
import { type Endpoint, openConnection } from './connection.ts'
import { type EngineRequest, type Greeting, greetingOf, optionsOf } from './request.ts'

/** The same as an import, which through a bundle also loads what it needs for `fetch`: 30 ms. */
const http = process.getBuiltinModule('node:http')

/** Far more than the list of an engine's containers takes. */
const LONGEST_JSON = 64 * 1024 * 1024

/** Speaks HTTP with the engine over connections that are kept. */
export class EngineHttp {
  readonly #endpoint: () => Promise<Endpoint>
  readonly #calls: Calls
  #agent: Promise<Agent> | null = null
  readonly #greeting = once(() => this.ping())
  #unanswered = 0

  constructor(endpoint: () => Promise<Endpoint>, calls: Calls) {
    this.#endpoint = endpoint
    this.#calls = calls
  }

  /**
   * Asks for JSON.
   * @throws EngineError
   */
  json<T>(
    words: readonly string[],
    request: EngineRequest,
    schema: z.ZodType<T>,
    bounds: Bounds = { timeoutMs: BOUNDS.query },
  ): Promise<T> {
    return this.#exchange(words, request, bounds, async (response) =>
      schema.parse(JSON.parse((await textOf(response, LONGEST_JSON, nameOf(words))) || 'null')),
    )
  }

  /** The same, or null when the engine says that there is no such thing. */
  async find<T>(
    words: readonly string[],
    request: EngineRequest,
    schema: z.ZodType<T>,
    bounds?: Bounds,
  ): Promise<T | null> {
    try {
      return await this.json(words, request, schema, bounds)
    } catch (error) {
      if (isNotFound(error)) return null
      throw error
    }
  }

  /**
   * Asks for something to be done.
   * @throws EngineError, and what reading `request.archive` throws
   */
  done(words: readonly string[], request: EngineRequest, bounds: Bounds = {}): Promise<void> {
    return this.#exchange(words, request, bounds, (response) => drained(response, words))
  }

  /**
   * Asks for a stream, which `consume` reads. Where it throws before the end, the connection ends.
   * @throws EngineError, and what `consume` throws
   */
  read<T>(
    words: readonly string[],
    request: EngineRequest,
    bounds: Bounds,
    consume: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    return this.#exchange(words, request, bounds, async (response) => {
      try {
        const result = await consume(response)
        await drained(response, words)
        return result
      } catch (error) {
        // Where the connection ended the reading, that is the cause.
        const broken = response.errored
        response.destroy()
        throw broken && !(error instanceof EngineError) ? connectionError(nameOf(words), broken) : error
      }
    })
  }

  /**
   * Asks for a connection without end, which is the caller's then.
   * @returns the connection, and what came over it already
   * @throws EngineError
   */
  async upgrade(
    words: readonly string[],
    request: EngineRequest,
    bounds: Bounds = {},
  ): Promise<{ readonly connection: Readable; readonly head: Buffer }> {
    return this.#calls.run(words, bounds, async (signal) => {
      const { version, agent } = await this.#way(signal)
      const options = optionsOf(request, version, { Connection: 'Upgrade', Upgrade: 'tcp' })
      const sent = http.request({ ...options, agent, signal })
      sent.end()
      const { response, connection, head } = await answerTo(sent, words)
      if (connection === null) await requireSuccess(response, words)
      // The request's signal goes with the call; the connection stays.
      return { connection: connection ?? response, head }
    })
  }

  /**
   * What the engine says of itself before all else, asked once.
   * @throws EngineError when no engine answers, or one that is too old
   */
  greeting(): Promise<Greeting> {
    return this.#greeting()
  }

  /** Asks an engine for its greeting, whether it was asked before or not. */
  async ping(): Promise<Greeting> {
    const words = ['ping']
    return this.#calls.run(words, { timeoutMs: BOUNDS.query }, async (signal) => {
      const agent = await waitedFor(this.#connections(), signal)
      const sent = http.request({ ...optionsOf({ method: 'GET', path: '/_ping' }, ''), agent, signal })
      sent.end()
      const { response } = await answerTo(sent, words)
      await requireSuccess(response, words)
      await drained(response, words)
      const greeting = greetingOf(response.headers)
      if (greeting.tooOld !== null) throw new EngineError('no-common-version', 'ping', greeting.tooOld)
      return greeting
    })
  }

  /** True when the engine was asked to make something and has not answered: it may do so all the same, or later. */
  get isInDoubt(): boolean {
    return this.#unanswered > 0
  }

  /** Closes the connections that are kept. */
  async close(): Promise<void> {
    ;(await this.#agent)?.destroy()
  }

  #connections(): Promise<Agent> {
    this.#agent ??= this.#endpoint().then((endpoint) => new EngineAgent(endpoint))
    return this.#agent
  }

  /** How the engine is spoken to. That is asked once for all calls, so that one which is given up ends the waiting alone. */
  async #way(signal: AbortSignal): Promise<{ version: string; agent: Agent }> {
    const { prefix } = await waitedFor(this.greeting(), signal).catch((cause: unknown) => {
      const givenUp = () => new EngineError('aborted', 'ping', 'the greeting was not waited for', { cause })
      const error = cause instanceof EngineError ? cause : givenUp()
      error.isUnsent = true
      throw error
    })
    return { version: prefix, agent: await waitedFor(this.#connections(), signal) }
  }

  async #exchange<T>(
    words: readonly string[],
    request: EngineRequest,
    bounds: Bounds,
    use: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    return this.#calls.run(words, bounds, async (signal) => {
      const { version, agent } = await this.#way(signal)
      const open = () => http.request({ ...optionsOf(request, version), agent, signal })
      if (makesSomething(request)) this.#unanswered++
      let response = await send(open(), request, words).catch((error: unknown) => retried(error, request))
      // The engine closed a connection that was kept just when it was used again.
      response ??= await send(open(), request, words)
      if (makesSomething(request)) this.#unanswered--
      await requireSuccess(response, words)
      return use(response)
    })
  }
}

/** Opens connections to the engine, and keeps them. */
class EngineAgent extends http.Agent {
  readonly #endpoint: Endpoint

  constructor(endpoint: Endpoint) {
    super({ keepAlive: true })
    this.#endpoint = endpoint
  }

  override createConnection(): Duplex {
    return openConnection(this.#endpoint)
  }
}

const makesSomething = ({ method, path }: EngineRequest): boolean =>
  method === 'POST' && path.endsWith('/create')

/** What others may wait for too, until the signal is aborted. */
function waitedFor<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    shared.then(resolve, reject)
  })
}

/** Null when a question met a connection that had just ended, and can be asked again. */
function retried(error: unknown, { method }: EngineRequest): null {
  const isQuestion = method === 'GET' || method === 'HEAD'
  if (isQuestion && error instanceof EngineError && error.cause instanceof StaleConnection) return null
  throw error
}

async function send(
  sent: ClientRequest,
  { json, archive }: EngineRequest,
  words: readonly string[],
): Promise<IncomingMessage> {
  const answer = answerTo(sent, words)
  if (archive === undefined) sent.end(json === undefined ? undefined : JSON.stringify(json))
  else return (await withArchive(sent, archive, answer)).response
  return (await answer).response
}

/** Sends an archive. An engine that refuses it answers before its end; what reading it throws is the caller's. */
async function withArchive<T>(
  sent: ClientRequest,
  archive: AsyncIterable<Buffer> | Iterable<Buffer>,
  answer: Promise<T>,
): Promise<T> {
  const unread: unknown[] = []
  async function* source() {
    try {
      yield* archive
    } catch (error) {
      unread.push(error)
      throw error
    }
  }
  const feeding = pipeline(Readable.from(source(), { objectMode: false }), sent).catch(() => undefined)
  try {
    return await answer
  } catch (error) {
    await feeding
    throw unread.length === 0 ? error : unread[0]
  }
}

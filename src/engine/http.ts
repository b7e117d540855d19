import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { BOUNDS, type Bounds, type Calls, nameOf } from './call.ts'
import { type Endpoint, openConnection } from './connection.ts'
import { connectionError, EngineError, isNotFound, refusal } from './errors.ts'

/** The same as an import, which through a bundle also loads what it needs for `fetch`: 30 ms. */
const http = process.getBuiltinModule('node:http')

/** One request of the Engine API (docs.docker.com/reference/api/engine). */
export interface EngineRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Below the version, such as `/containers/json`. */
  readonly path: string
  /** Values that are objects are sent as JSON. */
  readonly query?: Readonly<Record<string, string | number | boolean | object | undefined>>
  readonly json?: object
  readonly archive?: AsyncIterable<Buffer> | Iterable<Buffer>
  /** Further headers. They are in no log. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The newest version of the API that this client was tried with; with an older engine it speaks the engine's. */
const NEWEST = [1, 51] as const

/** Far more than the list of an engine's containers takes. */
const LONGEST_JSON = 64 * 1024 * 1024
const LONGEST_REFUSAL = 64 * 1024

/** Speaks HTTP with the engine over connections that are kept. */
export class EngineHttp {
  readonly #endpoint: () => Promise<Endpoint>
  readonly #calls: Calls
  #agent: Promise<Agent> | null = null
  #version: Promise<string> | null = null

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

  /** The same, or null where the engine says that there is no such thing. */
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
    const { version, agent } = await this.#way()
    return this.#calls.run(words, bounds, async (signal) => {
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
   * The version of the API that is spoken.
   * @throws EngineError where no engine answers
   */
  async version(): Promise<string> {
    this.#version ??= this.ping().catch((error: unknown) => {
      this.#version = null
      throw error
    })
    return this.#version
  }

  /** Asks an engine for the version of the API to speak, whether it was asked before or not. */
  async ping(): Promise<string> {
    const agent = await this.#connections()
    const words = ['ping']
    return this.#calls.run(words, { timeoutMs: BOUNDS.query }, async (signal) => {
      const sent = http.request({ ...optionsOf({ method: 'GET', path: '/_ping' }, ''), agent, signal })
      sent.end()
      const { response } = await answerTo(sent, words)
      await requireSuccess(response, words)
      await drained(response, words)
      return spoken(response.headers['api-version'])
    })
  }

  /** Closes the connections that are kept. */
  async close(): Promise<void> {
    ;(await this.#agent)?.destroy()
  }

  #connections(): Promise<Agent> {
    this.#agent ??= this.#endpoint().then((endpoint) => new EngineAgent(endpoint))
    return this.#agent
  }

  async #way(): Promise<{ version: string; agent: Agent }> {
    return { version: await this.version(), agent: await this.#connections() }
  }

  async #exchange<T>(
    words: readonly string[],
    request: EngineRequest,
    bounds: Bounds,
    use: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const { version, agent } = await this.#way()
    return this.#calls.run(words, bounds, async (signal) => {
      const open = () => http.request({ ...optionsOf(request, version), agent, signal })
      let response = await send(open(), request, words).catch((error: unknown) => retried(error, request))
      // The engine closed a connection that was kept just when it was used again.
      response ??= await send(open(), request, words)
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

/** Null where a question met a connection that had just ended, and can be asked again. */
function retried(error: unknown, { method }: EngineRequest): null {
  const isQuestion = method === 'GET' || method === 'HEAD'
  if (isQuestion && error instanceof EngineError && error.cause instanceof StaleConnection) return null
  throw error
}

/** A connection that was kept ended before it carried an answer. */
class StaleConnection extends Error {}

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
  let unread: { readonly error: unknown } | null = null
  async function* source() {
    try {
      yield* archive
    } catch (error) {
      unread = { error }
      throw error
    }
  }
  const feeding = pipeline(Readable.from(source(), { objectMode: false }), sent).catch(() => undefined)
  try {
    return await answer
  } catch (error) {
    await feeding
    const cause = unread as { readonly error: unknown } | null
    throw cause === null ? error : cause.error
  }
}

interface Answer {
  readonly response: IncomingMessage
  /** The connection, where the engine left HTTP. */
  readonly connection: Duplex | null
  readonly head: Buffer
}

function answerTo(sent: ClientRequest, words: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const head = Buffer.alloc(0)
    sent.on('response', (response) => resolve({ response, connection: null, head }))
    sent.on('upgrade', (response, connection, begun) => resolve({ response, connection, head: begun }))
    sent.on('error', (error) => {
      const why = connectionError(nameOf(words), error)
      const isStale = sent.reusedSocket && why.reason === 'unreachable'
      const cause = isStale ? new StaleConnection(error.message) : error
      reject(isStale ? new EngineError(why.reason, why.call, why.message, { cause }) : why)
    })
  })
}

const messageSchema = z.object({ message: z.string() })

/** @throws EngineError where the engine refuses */
async function requireSuccess(response: IncomingMessage, words: readonly string[]): Promise<void> {
  const { statusCode = 0 } = response
  // 304: it is so already.
  if ((statusCode >= 200 && statusCode < 300) || statusCode === 304) return
  const text = await textOf(response, LONGEST_REFUSAL, nameOf(words))
  throw refusal(nameOf(words), statusCode, messageIn(text))
}

function messageIn(text: string): string {
  try {
    return messageSchema.parse(JSON.parse(text)).message.trim()
  } catch {
    return text.trim() // no engine's own answer: a proxy's, say
  }
}

/** Reads an answer to its end, after which its connection carries the next request. */
async function drained(response: IncomingMessage, words: readonly string[]): Promise<void> {
  response.resume()
  await finished(response).catch((error: Error) => {
    throw connectionError(nameOf(words), error)
  })
}

async function textOf(response: IncomingMessage, mostBytes: number, call: string): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes)
        throw new EngineError('refused', call, `the engine’s answer to ${call} is longer than is taken of it`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof Error ? connectionError(call, error) : error
  }
  return Buffer.concat(chunks).toString('utf8')
}

function optionsOf(
  { method, path, query = {}, json, archive, headers: asked = {} }: EngineRequest,
  version: string,
  more: Readonly<Record<string, string>> = {},
): RequestOptions {
  const headers = { ...asked, ...more }
  const type = archive ? 'application/x-tar' : json ? 'application/json' : undefined
  return {
    method,
    path: version + path + queryOf(query),
    // The engine does not read it; connections are kept by it.
    host: 'docker',
    headers: type === undefined ? headers : { ...headers, 'Content-Type': type },
  }
}

function queryOf(query: NonNullable<EngineRequest['query']>): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined)
      fields.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  return fields.size === 0 ? '' : `?${fields}`
}

/** The prefix of paths for an engine that speaks a version and all before it. */
function spoken(header: string | string[] | undefined): string {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(String(header)) ?? []
  // An engine that names none is asked without one, which is its own newest.
  if (major === undefined || minor === undefined) return ''
  const isNewer = Number(major) > NEWEST[0] || (Number(major) === NEWEST[0] && Number(minor) > NEWEST[1])
  return `/v${isNewer ? NEWEST.join('.') : `${major}.${minor}`}`
}

import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient } from '@actions/http-client'
import { type Failure, retryDelay } from './blob-retry.ts'
import { debug } from './runner.ts'

/** The storage's protocol; Put Block of more than 100 MiB, which came with it, is more than we ever send. */
const API_VERSION = '2025-11-05'

/** How long a connection may be silent. */
const SILENCE_MS = 60_000

/** Ids of a blob's blocks are equally long. A blob has 50,000 blocks at most. */
const blockId = (number: number): string => Buffer.from(String(number).padStart(6, '0')).toString('base64')

/** A request that the storage did not carry out. Its message has no part of the signed address. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  /** The system's code of an error of the network, which @actions/artifact has its own advice for. */
  readonly code: string | null

  constructor(what: string, { status, code, cause }: Failure, tries: number) {
    const answer = status === null ? (code ?? 'no answer') : `status ${status}${code ? ` (${code})` : ''}`
    super(`${what}: ${answer}${tries > 1 ? `, tried ${tries} times` : ''}`, { cause })
    this.code = status === null ? code : null
  }
}

/** The requests that make a block blob. Each may be repeated: a block that is put again replaces itself. */
export class Storage {
  readonly #url: string
  // The runner's proxy is the client's matter. A redirect would hand the signature to another host.
  readonly #http = new HttpClient('acode-task-container', [], {
    keepAlive: true,
    allowRedirects: false,
    socketTimeout: SILENCE_MS,
  })

  constructor(url: string) {
    this.#url = url
  }

  /**
   * Keeps the block of this number, from 0, for {@link putBlockList}.
   * @throws StorageError
   */
  async putBlock(number: number, bytes: Buffer, signal: AbortSignal): Promise<void> {
    await this.#put('Put Block', { comp: 'block', blockid: blockId(number) }, bytes, {}, signal)
  }

  /**
   * Makes the first `count` blocks the content of the blob.
   * @throws StorageError
   */
  async putBlockList(count: number, contentType: string, signal: AbortSignal): Promise<void> {
    const list = Array.from({ length: count }, (_, number) => `<Latest>${blockId(number)}</Latest>`).join('')
    const body = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`)
    const headers = { 'content-type': 'application/xml', 'x-ms-blob-content-type': contentType }
    await this.#put('Put Block List', { comp: 'blocklist' }, body, headers, signal)
  }

  async #put(
    what: string,
    parameters: Readonly<Record<string, string>>,
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<void> {
    // The signature stays as it was written.
    const url = `${this.#url}&${new URLSearchParams(parameters)}`
    const all = { 'x-ms-version': API_VERSION, 'content-length': body.length, ...headers }
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted()
      const failure = await this.#try(url, body, all)
      if (failure === null) return
      const delayMs = retryDelay(failure, tries, Math.random())
      const error = new StorageError(what, failure, tries)
      if (delayMs === null) throw error
      debug(`${error.message}; tried again in ${Math.round(delayMs)} ms`)
      await sleep(delayMs, undefined, { signal })
    }
  }

  /** Null when the storage has carried it out and said so to the end. */
  async #try(url: string, body: Buffer, headers: Record<string, string | number>): Promise<Failure | null> {
    try {
      const { message } = await this.#http.request('PUT', url, Readable.from([body]), headers)
      await finished(message.resume())
      const status = message.statusCode ?? 0
      if (status >= 200 && status < 300) return null
      const code = message.headers['x-ms-error-code']
      const retryAfter = Number(message.headers['retry-after'])
      return {
        status,
        code: typeof code === 'string' ? code : null,
        retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
      }
    } catch (error) {
      return { status: null, code: networkCode(error), cause: error }
    }
  }
}

/** The system's code of an error of the network; null when it is another error. */
export function networkCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  // The client has no code for a connection that was silent for too long, and puts the address into the message.
  if (error.message.startsWith('Request timeout')) return 'ETIMEDOUT'
  const code = 'code' in error ? error.code : null
  // What ends in the middle of an answer.
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') return 'ECONNRESET'
  return typeof code === 'string' ? code : null
}

import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient } from '@actions/http-client'
import { wholeStream } from '../host/whole-stream.ts'
import { type Failure, retryDelay } from './blob-retry.ts'
import { networkCode, StorageError } from './blob-storage.ts'
import { debug } from './runner.ts'

/** One request fetches so much, and so many are under way at once: each is in memory whole. */
const PART_BYTES = 8 * 1024 * 1024
const AT_ONCE = 4
/** How long a connection may be silent. */
const SILENCE_MS = 20_000

/** A part of a blob, and how long all of it is. */
interface Part {
  readonly bytes: Buffer
  readonly total: number
}

/**
 * The bytes of a blob behind a signed address, in their order; several parts are fetched at once, and each is tried
 * again where the network or the storage fails.
 * @throws StorageError
 */
export async function* download(url: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const http = new HttpClient('acode-task-container', [], {
    keepAlive: true,
    allowRedirects: false,
    socketTimeout: SILENCE_MS,
  })
  try {
    const first = await part(http, url, 0, signal)
    yield first.bytes
    const count = Math.ceil(first.total / PART_BYTES)
    const waiting: Promise<Part>[] = []
    const begin = (number: number) => {
      if (number >= count) return
      const begun = part(http, url, number, signal)
      begun.catch(() => undefined) // it is thrown to those who wait for it
      waiting.push(begun)
    }
    for (let number = 1; number <= AT_ONCE; number++) begin(number)
    for (let number = 1; number < count; number++) {
      const next = await waiting.shift()
      if (next === undefined) return
      begin(number + AT_ONCE)
      yield next.bytes
    }
  } finally {
    http.dispose()
  }
}

async function part(http: HttpClient, url: string, number: number, signal: AbortSignal): Promise<Part> {
  const from = number * PART_BYTES
  const range = `bytes=${from}-${from + PART_BYTES - 1}`
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted()
    const found = await tryPart(http, url, range, signal)
    if ('total' in found) {
      if (found.bytes.length === Math.min(PART_BYTES, found.total - from)) return found
      throw new StorageError('Get Blob', { status: null, code: 'another number of bytes' }, tries)
    }
    const delayMs = retryDelay(found, tries, Math.random())
    const error = new StorageError('Get Blob', found, tries)
    if (delayMs === null) throw error
    debug(`${error.message}; tried again in ${Math.round(delayMs)} ms`)
    await sleep(delayMs, undefined, { signal })
  }
}

async function tryPart(
  http: HttpClient,
  url: string,
  range: string,
  signal: AbortSignal,
): Promise<Part | Failure> {
  try {
    const { message } = await http.get(url, { Range: range })
    const end = () => message.destroy()
    signal.addEventListener('abort', end, { once: true })
    try {
      const { statusCode = 0, headers } = message
      const total = Number(/\/(\d+)$/.exec(String(headers['content-range']))?.[1])
      if (statusCode !== 206 || !Number.isSafeInteger(total)) {
        await finished(message.resume())
        const code = headers['x-ms-error-code']
        return { status: statusCode, code: typeof code === 'string' ? code : null }
      }
      const tooLong = () => new Error('the storage sent more than was asked for')
      return { bytes: await wholeStream(message, PART_BYTES, tooLong), total }
    } finally {
      signal.removeEventListener('abort', end)
    }
  } catch (error) {
    return { status: null, code: networkCode(error), cause: error }
  }
}

import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { z } from 'zod'
import { wholeStream } from '../../host/whole-stream.ts'
import { connectionError, EngineError, refusalOf } from '../errors.ts'
import { nameOf } from './call.ts'
import { FrameError } from './frames.ts'

/** A connection that was kept ended before it carried an answer. */
export class StaleConnection extends Error {}

/** How the engine answered a request. */
export interface Answer {
  readonly response: IncomingMessage
  /** The connection, where the engine left HTTP. */
  readonly connection: Duplex | null
  readonly head: Buffer
}

/** @throws EngineError, whose cause is a StaleConnection when one that was kept had just ended */
export function answerTo(sent: ClientRequest, words: readonly string[]): Promise<Answer> {
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

const LONGEST_REFUSAL = 64 * 1024
const messageSchema = z.object({ message: z.string() })

/** @throws EngineError when the engine refuses */
export async function requireSuccess(response: IncomingMessage, words: readonly string[]): Promise<void> {
  const { statusCode = 0 } = response
  // 304: it is so already.
  if ((statusCode >= 200 && statusCode < 300) || statusCode === 304) return
  const text = await textOf(response, LONGEST_REFUSAL, nameOf(words))
  throw refusalOf(nameOf(words), statusCode, messageIn(text))
}

function messageIn(text: string): string {
  try {
    return messageSchema.parse(JSON.parse(text)).message.trim()
  } catch {
    return text.trim() // no engine's own answer: a proxy's, say
  }
}

/** Reads an answer to its end, after which its connection carries the next request. */
export async function drained(response: IncomingMessage, words: readonly string[]): Promise<void> {
  response.resume()
  await finished(response).catch((error: Error) => {
    throw connectionError(nameOf(words), error)
  })
}

/** What comes over a connection or in an answer: bytes, as long as no encoding is set. */
export async function* bytesOf(stream: Readable): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<unknown> = stream
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) throw new FrameError('a stream of the engine has no bytes')
    yield chunk
  }
}

/** @throws EngineError when it is too long, or the connection ends before it */
export async function textOf(response: IncomingMessage, mostBytes: number, call: string): Promise<string> {
  const tooLong = () =>
    new EngineError('refused', call, `the engine’s answer to ${call} is longer than is taken of it`)
  try {
    return (await wholeStream(response, mostBytes, tooLong)).toString('utf8')
  } catch (error) {
    throw error instanceof Error ? connectionError(call, error) : error
  }
}

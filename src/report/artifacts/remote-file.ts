import { HttpClient } from '@actions/http-client'
import { answerWithin } from '../../github/answer-within.ts'
import { wholeStream } from '../../host/whole-stream.ts'

/** Bytes that are elsewhere and can be read in parts. */
export interface ByteSource {
  readonly size: number
  /** The bytes from `start` up to, and without, `end`. */
  read(start: number, end: number): Promise<Buffer>
}

/** One request fetches this much: the whole of most artifacts. */
const BLOCK = 256 * 1024
/** A reader of a zip goes back and forth between its directory and one entry. */
const KEPT_BLOCKS = 4
/** A server that sends the whole file when asked for a part may send this much. */
const LONGEST_WHOLE = 64 * 1024 * 1024
/** For one block, to its last byte: the client's own limit ends with the first. */
const TIMEOUT_MS = 30_000

/**
 * A file behind an HTTP address, fetched in blocks as they are needed. Its size has to be known: not every storage
 * takes "the last bytes" for a range. A server that knows no ranges sends all of it, once.
 */
export function remoteFile(url: string, size: number, timeoutMs = TIMEOUT_MS): ByteSource {
  const client = new HttpClient('acode-task-container', [], {
    allowRetries: true,
    maxRetries: 3,
    socketTimeout: timeoutMs,
  })
  const blocks = new Map<number, Promise<Buffer>>()
  let whole: Buffer | null = null

  async function fetchBlock(index: number): Promise<Buffer> {
    const end = size - index * BLOCK
    const start = Math.max(0, end - BLOCK)
    const { message } = await client.get(url, { Range: `bytes=${start}-${end - 1}` })
    if (message.statusCode === 206) return collect(message, BLOCK)
    if (message.statusCode !== 200) {
      message.destroy()
      throw new Error(`the storage answered with status ${message.statusCode}`)
    }
    whole = await collect(message, LONGEST_WHOLE)
    return whole.subarray(start, end)
  }

  /** Blocks are counted from the end, where a zip has its directory. */
  function block(index: number): Promise<Buffer> {
    const known = blocks.get(index) ?? answerWithin(timeoutMs, fetchBlock(index))
    blocks.delete(index)
    blocks.set(index, known)
    const [oldest] = blocks.keys()
    if (blocks.size > KEPT_BLOCKS && oldest !== undefined) blocks.delete(oldest)
    return known
  }

  async function read(start: number, end: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let at = start; at < end; ) {
      if (whole) return whole.subarray(start, end)
      const index = Math.ceil((size - at) / BLOCK) - 1
      const blockEnd = size - index * BLOCK
      const blockStart = Math.max(0, blockEnd - BLOCK)
      const bytes = await block(index)
      if (bytes.length !== blockEnd - blockStart) throw new Error('the storage sent another number of bytes')
      parts.push(bytes.subarray(at - blockStart, Math.min(end, blockEnd) - blockStart))
      at = blockEnd
    }
    return Buffer.concat(parts)
  }
  return { size, read }
}

const collect = (stream: NodeJS.ReadableStream, most: number): Promise<Buffer> =>
  wholeStream(stream, most, () => new Error(`the storage sent more than ${most} bytes`))

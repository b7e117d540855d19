import { open } from 'node:fs/promises'

/** More than any number of lines that people are shown. */
const KEPT_BYTES = 64 * 1024

/**
 * The end of a log's first so many bytes: from the start of a line, where it does not begin with the log's first.
 * Empty when the log cannot be read.
 */
export async function readLogEnd(path: string, bytes: number): Promise<string> {
  try {
    const file = await open(path)
    try {
      const start = Math.max(0, bytes - KEPT_BYTES)
      const buffer = Buffer.alloc(bytes - start)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
      const text = buffer.toString('utf8', 0, bytesRead)
      return start === 0 ? text : text.slice(text.search(/[\r\n]/) + 1)
    } finally {
      await file.close()
    }
  } catch {
    return '' // it is reported where the log was written
  }
}

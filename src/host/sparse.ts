import { open } from 'node:fs/promises'

/** What file systems keep in one piece at least: holes that are smaller save nothing. */
const BLOCK = 64 * 1024
const ZEROS = Buffer.alloc(BLOCK)

/** Writes a file without its blocks of zeros: what was sparse, and what a copy of it was filled with, takes no room. */
export async function writeSparse(path: string | Buffer, content: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'w')
  try {
    let size = 0
    for await (const chunk of content) {
      for (const [from, to] of filledIn(chunk)) await file.write(chunk, from, to - from, size + from)
      size += chunk.length
    }
    await file.truncate(size)
  } finally {
    await file.close()
  }
}

/** The parts of a chunk that are more than zeros, in whole blocks. */
function filledIn(chunk: Buffer): [from: number, to: number][] {
  const parts: [number, number][] = []
  for (let from = 0; from < chunk.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, chunk.length)
    if (ZEROS.compare(chunk, from, to, 0, to - from) === 0) continue
    const last = parts.at(-1)
    if (last?.[1] === from) last[1] = to
    else parts.push([from, to])
  }
  return parts
}

/** A part of a blob. */
export interface Block {
  /** Its place, from 0. */
  readonly number: number
  readonly bytes: Buffer
}

/** Cuts a stream of bytes into blocks of `size` bytes; the last one is shorter. */
export async function* blocksOf(stream: AsyncIterable<Buffer>, size: number): AsyncGenerator<Block> {
  let parts: Buffer[] = []
  let length = 0
  let number = 0
  const block = (): Block => {
    const bytes = Buffer.concat(parts)
    parts = []
    length = 0
    return { number: number++, bytes }
  }
  for await (const chunk of stream) {
    let rest = chunk
    while (rest.length > 0) {
      const part = rest.subarray(0, size - length)
      parts.push(part)
      length += part.length
      rest = rest.subarray(part.length)
      if (length === size) yield block()
    }
  }
  if (length > 0) yield block()
}

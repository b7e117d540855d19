const HEADER_BYTES = 8
/** Standard output, standard error, and errors of the engine's own. */
const HIGHEST_STREAM = 3

/** The engine sent something else than output in frames. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/**
 * Takes the frames off a container's output, in which engines send both of its streams over one connection: eight
 * bytes with stream and length before each piece. Both streams become one, in the engine's order.
 */
export class Frames {
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0
  /** What is missing of the frame under way. */
  #missing = 0

  /**
   * The output in a chunk. It is moved together at the beginning of the chunk's own memory: nothing is allocated.
   * @throws FrameError
   */
  payload(chunk: Buffer): Buffer {
    let read = 0
    let written = 0
    while (read < chunk.length) {
      if (this.#missing === 0) {
        read += this.#readHeader(chunk, read)
        continue
      }
      const count = Math.min(this.#missing, chunk.length - read)
      if (written !== read) chunk.copyWithin(written, read, read + count)
      written += count
      read += count
      this.#missing -= count
    }
    return chunk.subarray(0, written)
  }

  /** Gives how many bytes of the chunk belonged to the header. */
  #readHeader(chunk: Buffer, from: number): number {
    const count = chunk.copy(this.#header, this.#headerBytes, from)
    this.#headerBytes += count
    if (this.#headerBytes < HEADER_BYTES) return count
    this.#headerBytes = 0
    const [stream = 0] = this.#header
    if (stream > HIGHEST_STREAM || this.#header.readUIntBE(1, 3) !== 0)
      throw new FrameError('the engine sent output that is not in frames')
    this.#missing = this.#header.readUInt32BE(4)
    return count
  }
}

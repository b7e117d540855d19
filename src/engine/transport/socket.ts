import { Socket } from 'node:net'

/** How much is read in one go: about as much as waits in a socket of the kernel. */
const READ_BYTES = 256 * 1024

/**
 * A connection to a socket of this machine. Iterated over, it reads every piece into the same memory, so that a log of
 * any length leaves no garbage: a piece is good until the next one is asked for, and none is read before that. Those
 * who listen to its events, as HTTP does, get pieces to keep.
 */
export class EngineSocket extends Socket {
  readonly #memory: Buffer
  /** How much of the memory was read and not yet taken. */
  #length = 0
  #isIterated = false
  #wake: () => void = () => undefined

  constructor() {
    const memory = Buffer.allocUnsafe(READ_BYTES)
    super({ onread: { buffer: memory, callback: (length) => this.#take(length) } })
    this.#memory = memory
  }

  override async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, undefined, undefined> {
    this.#isIterated = true
    const wake = () => this.#wake()
    this.on('end', wake).on('close', wake).on('error', wake)
    try {
      const before: Buffer | null = this.read()
      if (before !== null) yield before
      while (await this.#hasRead()) {
        const piece = this.#memory.subarray(0, this.#length)
        this.#length = 0
        yield piece
      }
      if (this.errored) throw this.errored
    } finally {
      this.destroy()
    }
  }

  /** Takes what was read; false ends the reading until {@link resume}. */
  #take(length: number): boolean {
    if (!this.#isIterated) return this.push(Buffer.from(this.#memory.subarray(0, length)))
    this.#length = length
    this.#wake()
    return false
  }

  /** Waits for the next piece; false when there is none any more. */
  async #hasRead(): Promise<boolean> {
    if (this.#length === 0 && !this.readableEnded && !this.destroyed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        this.resume()
      })
    return this.#length > 0
  }
}

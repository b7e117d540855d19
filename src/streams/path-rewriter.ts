import type { Rewriter } from './output.ts'

/** What file names mostly are made of: a path begins behind none of these. */
const NAME_BYTES = new Set(Buffer.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/~'))
/** A colour may stand before a path, and ends in a letter. */
const ENDS_COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m$`)
const LONGEST_COLOUR = 24

/**
 * Gives paths below one folder as paths below another, so that problem matchers find the files of a task whose
 * workspace is elsewhere than the runner's. Only whole paths count: `/usr/work/a` is not below `/work`.
 */
export class PathRewriter implements Rewriter {
  readonly #from: Buffer
  readonly #to: Buffer
  /** What may be the beginning of a path. */
  #rest: Buffer = Buffer.alloc(0)
  /** The bytes before `#rest`: they say whether a path can begin there. */
  #before: Buffer = Buffer.alloc(0)

  constructor(from: string, to: string) {
    this.#from = Buffer.from(`${from.replace(/\/+$/, '')}/`)
    this.#to = Buffer.from(`${to.replace(/\/+$/, '')}/`)
  }

  push(chunk: Buffer): Buffer {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const shown: Buffer[] = []
    let from = 0
    for (let at = bytes.indexOf(this.#from); at >= 0; at = bytes.indexOf(this.#from, at + 1)) {
      if (!this.#canBeginAt(bytes, at)) continue
      shown.push(bytes.subarray(from, at), this.#to)
      from = at + this.#from.length
    }
    const end = bytes.length - this.#beginningAtEnd(bytes, from)
    this.#rest = Buffer.from(bytes.subarray(end))
    if (end > 0) this.#before = Buffer.from(this.#behind(bytes, end))
    if (shown.length > 0) return Buffer.concat([...shown, bytes.subarray(from, end)])
    return end === bytes.length ? bytes : bytes.subarray(0, end)
  }

  end(): Buffer {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return rest
  }

  #canBeginAt(bytes: Buffer, at: number): boolean {
    const last = at > 0 ? bytes[at - 1] : this.#before.at(-1)
    if (last === undefined || !NAME_BYTES.has(last)) return true
    return ENDS_COLOUR.test(this.#behind(bytes, at).toString('latin1'))
  }

  /** The last bytes before a place. */
  #behind(bytes: Buffer, at: number): Buffer {
    const own = bytes.subarray(Math.max(0, at - LONGEST_COLOUR), at)
    return own.length === LONGEST_COLOUR ? own : Buffer.concat([this.#before, own]).subarray(-LONGEST_COLOUR)
  }

  /** How many bytes at the end, from a place on, are the beginning of the folder's path. */
  #beginningAtEnd(bytes: Buffer, from: number): number {
    for (let at = Math.max(from, bytes.length - this.#from.length + 1); at < bytes.length; at++)
      if (bytes.subarray(at).equals(this.#from.subarray(0, bytes.length - at))) return bytes.length - at
    return 0
  }
}

/** One rewriter behind another. */
export const rewrittenInTurn = (first: Rewriter, second: Rewriter): Rewriter => ({
  push: (chunk) => second.push(first.push(chunk)),
  end: () => Buffer.concat([second.push(first.end()), second.end()]),
})

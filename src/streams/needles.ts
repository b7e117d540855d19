/** Where a value is: its first byte, and the one behind its last. */
export type Occurrence = readonly [start: number, stop: number]

/**
 * Many values that are looked for in one pass: a table of the two bytes that each begins with says at which
 * places one of them can be. Values have two bytes at least.
 */
export class Needles {
  readonly #begins = new Uint8Array(0x10000)
  /** Values by their first two bytes and by their first one, the longest first. */
  readonly #byPair = new Map<number, Buffer[]>()
  readonly #byFirst = new Map<number, Buffer[]>()
  #longest = 0

  add(value: Buffer): void {
    const pair = pairAt(value, 0)
    this.#begins[pair] = 1
    insert(this.#byPair, pair, value)
    insert(this.#byFirst, pair >> 8, value)
    this.#longest = Math.max(this.#longest, value.length)
  }

  /** Where the values are, from first to last; of those that begin at one place, the longest. */
  occurrences(bytes: Buffer): Occurrence[] {
    const found: Occurrence[] = []
    const last = bytes.length - 2
    for (let at = 0; at <= last; at++) {
      const pair = pairAt(bytes, at)
      if (this.#begins[pair] === 0) continue
      const value = this.#byPair.get(pair)?.find((one) => isAt(bytes, at, one, one.length))
      if (value) found.push([at, at + value.length])
    }
    return found
  }

  /** How many bytes at the end are the beginning of a value that may go on. */
  beginningAtEnd(bytes: Buffer): number {
    const { length } = bytes
    for (let at = Math.max(0, length - this.#longest + 1); at < length; at++) {
      const candidates =
        at < length - 1 ? this.#byPair.get(pairAt(bytes, at)) : this.#byFirst.get(bytes[at] ?? 0)
      if (candidates?.some((one) => one.length > length - at && isAt(bytes, at, one, length - at)))
        return length - at
    }
    return 0
  }
}

function insert(lists: Map<number, Buffer[]>, key: number, value: Buffer): void {
  const others = lists.get(key) ?? []
  const place = others.findIndex((one) => one.length < value.length)
  lists.set(key, others.toSpliced(place < 0 ? others.length : place, 0, value))
}

const pairAt = (bytes: Buffer, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

/** True where so many bytes of the value are there. A loop ends sooner than a call of the system's begins. */
function isAt(bytes: Buffer, at: number, value: Buffer, length: number): boolean {
  if (at + length > bytes.length) return false
  for (let index = 0; index < length; index++) if (bytes[at + index] !== value[index]) return false
  return true
}

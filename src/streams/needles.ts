/** Where a value is: its first byte, and the one behind its last. */
type Occurrence = readonly [start: number, stop: number]

/** The longest beginning of values that is looked at: its steps are kept in one byte each. */
const LONGEST_BEGINNING = 255

/**
 * Many values that are looked for in one pass, which reads few of the bytes (Wu and Manber, "A fast algorithm for
 * multi-pattern searching", 1994). Of each value it looks at the beginning, as much as the shortest value has: where the
 * text has two bytes that are in no beginning, none of the values can begin less than that before them. Values have two
 * bytes at least.
 */
export class Needles {
  /** By two bytes: how far a beginning can be moved on that would end with them; 0 where one ends with them. */
  readonly #steps = new Uint8Array(0x10000).fill(LONGEST_BEGINNING - 1)
  /** Length of a beginning. */
  #beginning = LONGEST_BEGINNING
  /** Values by their first two bytes and by their first one, the longest first. */
  readonly #byPair = new Map<number, Buffer[]>()
  readonly #byFirst = new Map<number, Buffer[]>()
  #longest = 0

  add(value: Buffer): void {
    const pair = pairAt(value, 0)
    insert(this.#byPair, pair, value)
    insert(this.#byFirst, pair >> 8, value)
    this.#longest = Math.max(this.#longest, value.length)
    if (value.length >= this.#beginning) this.#enter(value)
    else {
      this.#beginning = value.length
      this.#steps.fill(value.length - 1)
      for (const values of this.#byPair.values()) for (const one of values) this.#enter(one)
    }
  }

  /** Where the values are, from first to last; of those that begin at one place, the longest. */
  occurrences(bytes: Buffer): Occurrence[] {
    const found: Occurrence[] = []
    const toEnd = this.#beginning - 2
    const last = bytes.length - this.#beginning
    for (let at = 0; at <= last; ) {
      const step = this.#steps[pairAt(bytes, at + toEnd)] ?? 1
      if (step === 0) {
        const value = this.#byPair.get(pairAt(bytes, at))?.find((one) => isAt(bytes, at, one, one.length))
        if (value) found.push([at, at + value.length])
      }
      at += step || 1
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

  #enter(value: Buffer): void {
    const toEnd = this.#beginning - 2
    for (let at = 0; at <= toEnd; at++) {
      const pair = pairAt(value, at)
      this.#steps[pair] = Math.min(this.#steps[pair] ?? 0, toEnd - at)
    }
  }
}

function insert(lists: Map<number, Buffer[]>, key: number, value: Buffer): void {
  const others = lists.get(key) ?? []
  const place = others.findIndex((one) => one.length < value.length)
  lists.set(key, others.toSpliced(place < 0 ? others.length : place, 0, value))
}

const pairAt = (bytes: Buffer, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

/** True when so many bytes of the value are there. A loop ends sooner than a call of the system's begins. */
function isAt(bytes: Buffer, at: number, value: Buffer, length: number): boolean {
  if (at + length > bytes.length) return false
  for (let index = 0; index < length; index++) if (bytes[at + index] !== value[index]) return false
  return true
}

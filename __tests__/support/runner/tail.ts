/** The most that is kept of an output: enough for every test, bounded for those that print without end. */
const MOST = 64 * 1024 * 1024

/** A list that forgets its oldest half when its texts grow past a bound. */
export class Tail {
  readonly #most: number
  #older: string[] = []
  #newer: string[] = []
  #size = 0

  constructor(most = MOST) {
    this.#most = most
  }

  push(text: string): void {
    if (this.#size + text.length > this.#most / 2) {
      this.#older = this.#newer
      this.#newer = []
      this.#size = 0
    }
    this.#newer.push(text)
    this.#size += text.length
  }

  items(): string[] {
    return this.#older.concat(this.#newer)
  }
}

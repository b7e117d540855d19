import { StringDecoder } from 'node:string_decoder'

/** Longer lines are cut here: output without a newline must not fill the memory of the tests. */
const LONGEST_LINE = 1_000_000

/**
 * Splits one output stream into lines as the runner's reader does (.NET's `StreamReader.ReadLine`, in
 * ProcessInvoker): `\n`, `\r\n` and also a lone `\r` end a line. The runner reads stdout and stderr each with
 * its own reader, so lines of the two never mix.
 */
export class LineSplitter {
  readonly #onLine: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  #parts: string[] = []
  #length = 0
  #afterCarriageReturn = false

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  write(chunk: Buffer): void {
    this.#text(this.#decoder.write(chunk))
  }

  /** The last line needs no newline. */
  end(): void {
    this.#text(this.#decoder.end())
    if (this.#length > 0) this.#emit()
  }

  #text(text: string): void {
    let start = 0
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) {
      const restOfCrLf = index === 0 && end === '\n' && this.#afterCarriageReturn
      if (!restOfCrLf) {
        this.#keep(text.slice(start, index))
        this.#emit()
      }
      start = index + end.length
    }
    this.#keep(text.slice(start))
    if (text.length > 0) this.#afterCarriageReturn = text.endsWith('\r')
  }

  #keep(part: string): void {
    const room = LONGEST_LINE - this.#length
    if (part.length === 0 || room <= 0) return
    const kept = part.slice(0, room)
    this.#parts.push(kept)
    this.#length += kept.length
  }

  #emit(): void {
    this.#onLine(this.#parts.join(''))
    this.#parts = []
    this.#length = 0
  }
}

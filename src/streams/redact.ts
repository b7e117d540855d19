import { Needles } from './needles.ts'
import { secretForms } from './secret-forms.ts'

/** Strikes secret values out of a stream of bytes, also where a value is cut by the end of a chunk. */
export interface Redactor {
  /**
   * The bytes that can be shown now, which may be in the chunk's memory; what may be the beginning of a secret is kept
   * back, in other memory.
   */
  push(chunk: Buffer): Buffer
  /** What was kept back. */
  end(): Buffer
  /** Whether anything was struck out so far. */
  readonly found: boolean
}

/** One redactor behind another. */
export const inTurn = (first: Redactor, second: Redactor): Redactor => ({
  get found() {
    return first.found || second.found
  },
  push: (chunk) => second.push(first.push(chunk)),
  end: () => Buffer.concat([second.push(first.end()), second.end()]),
})

const STRUCK = Buffer.from('***')

/**
 * The values that must not be read, in every form in which they may be met ({@link secretForms}). Every byte of
 * every occurrence is struck out, also where occurrences overlap.
 */
export class Redaction {
  readonly #forms = new Set<string>()
  /** Null while there is nothing to strike: then nothing is searched either. */
  #needles: Needles | null = null

  constructor(secrets: readonly string[] = []) {
    this.add(...secrets)
  }

  /** Strikes these out too, from now on. Blank and very short values are left out. */
  add(...secrets: readonly string[]): void {
    for (const form of secrets.flatMap(secretForms)) {
      if (this.#forms.has(form)) continue
      this.#forms.add(form)
      this.#needles ??= new Needles()
      this.#needles.add(Buffer.from(form))
    }
  }

  /** True when there is nothing to strike out. */
  get isEmpty(): boolean {
    return this.#needles === null
  }

  /** A text without the secrets. */
  text(text: string): string {
    if (this.#needles === null) return text
    const { push, end } = this.stream()
    return Buffer.concat([push(Buffer.from(text)), end()]).toString('utf8')
  }

  /** A redactor of one stream, in chunks that are cut anywhere. */
  stream(): Redactor {
    let rest: Buffer = Buffer.alloc(0)
    /** How far into `rest` the run reaches that was struck last; null when none touches it. */
    let struckTo: number | null = null
    let found = false

    const show = (bytes: Buffer, end: number, needles: Needles): Buffer => {
      const shown: Buffer[] = []
      let at = struckTo ?? 0
      let inRun = struckTo !== null
      for (const [start, stop] of needles.occurrences(bytes)) {
        if (inRun && start <= at) {
          at = Math.max(at, stop)
          continue
        }
        if (start >= end) break
        shown.push(bytes.subarray(at, start), STRUCK)
        found = true
        at = stop
        inRun = true
      }
      if (at < end) {
        shown.push(bytes.subarray(at, end))
        inRun = false
      }
      struckTo = inRun ? at - end : null
      rest = Buffer.from(bytes.subarray(end))
      const [only = rest.subarray(rest.length)] = shown
      return shown.length > 1 ? Buffer.concat(shown) : only
    }
    return {
      get found() {
        return found
      },
      push: (chunk) => {
        if (this.#needles === null) return chunk
        const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
        return show(bytes, bytes.length - this.#needles.beginningAtEnd(bytes), this.#needles)
      },
      end: () => (this.#needles === null ? rest : show(rest, rest.length, this.#needles)),
    }
  }
}

const MOST_LINES = 10

/** The line that says that a script begins, with its number: builders print nothing of those that they have in a cache. */
export const beginLine = (word: string, number = 0): string => `${beginWords(word)}${number}`
const beginWords = (word: string): string => `acode-${word}: begin `
/** What is in front of the exit code in the line that says that a script has ended. */
export const endWords = (word: string): string => `acode-${word}: end `

/** Called with a builder's output: finds in it what scripts print that run one after the other, between lines of ours. */
export class ScriptOutput {
  /** Exit code of the script that began last; null when it has not ended. */
  code: number | null = null
  /** The number of that script; null when none has begun. */
  begun: number | null = null
  readonly #begin: string
  readonly #end: string
  #last: string[] = []

  /** @param word what the lines of ours have: `setup` or `feature` */
  constructor(word: string) {
    this.#begin = beginWords(word)
    this.#end = endWords(word)
  }

  /** Takes a line of the builder in (`builderLine`). */
  take(text: string): void {
    const begun = numberAfter(this.#begin, text)
    if (begun !== null) {
      this.begun = begun
      this.code = null
      this.#last = []
    } else if (this.begun !== null && this.code === null) {
      this.code = numberAfter(this.#end, text)
      if (this.code === null) this.#keep(text)
    }
  }

  /** The last lines of the script that began last, for a message: each on a line; empty when it printed none. */
  get lastLines(): string {
    return this.#last.map((line) => `  ${line}\n`).join('')
  }

  #keep(text: string): void {
    if (text.trim() === '') return
    this.#last.push(text)
    if (this.#last.length > MOST_LINES) this.#last.shift()
  }
}

function numberAfter(words: string, line: string): number | null {
  const rest = line.startsWith(words) ? line.slice(words.length) : ''
  return /^\d+$/.test(rest) ? Number(rest) : null
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLOURS = /\u001b\[[0-9;]*m/g
/** What BuildKit puts in front of what a step prints: its number and the seconds since it began. */
const STEP = /^#\d+ \d+\.\d+ /

/** A line of a builder as its step printed it, without colours. */
export const builderLine = (printed: string): string =>
  printed.replace(COLOURS, '').replace(STEP, '').trimEnd()

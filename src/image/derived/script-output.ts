const MOST_LINES = 10

/** The line that says that a script begins. */
export const beginLine = (word: string): string => `acode-${word}: begin`
/** What is in front of the exit code in the line that says that a script has ended. */
export const endWords = (word: string): string => `acode-${word}: end `

/** Hears in a builder's output what scripts print that run one after the other, between lines of ours. */
export class ScriptOutput {
  /** Exit code of the script that began last; null where it has not ended. */
  code: number | null = null
  /** How many have begun. */
  begun = 0
  readonly #begin: string
  readonly #end: string
  #last: string[] = []

  /** @param word what the lines of ours have: `setup` or `feature` */
  constructor(word: string) {
    this.#begin = beginLine(word)
    this.#end = endWords(word)
  }

  /** Takes a line of the builder in (`builderLine`). */
  take(text: string): void {
    if (text === this.#begin) {
      this.begun++
      this.code = null
      this.#last = []
    } else if (this.begun > 0 && this.code === null) {
      const code = text.startsWith(this.#end) ? text.slice(this.#end.length) : ''
      if (/^\d+$/.test(code)) this.code = Number(code)
      else this.#keep(text)
    }
  }

  /** The last lines that the script printed which began last, for a message: each on a line; empty where it printed none. */
  get lastLines(): string {
    return this.#last.map((line) => `  ${line}\n`).join('')
  }

  #keep(text: string): void {
    if (text.trim() === '') return
    this.#last.push(text)
    if (this.#last.length > MOST_LINES) this.#last.shift()
  }
}

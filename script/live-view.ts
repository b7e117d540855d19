import type { ChildProcess } from 'node:child_process'
import { parseCommand } from '../__tests__/support/runner/command-syntax.ts'
import { LineSplitter } from '../__tests__/support/runner/line-splitter.ts'
import { SecretMasker } from '../__tests__/support/runner/secret-masker.ts'

const { NO_COLOR, FORCE_COLOR } = process.env
const coloured = NO_COLOR ? false : FORCE_COLOR ? FORCE_COLOR !== '0' : process.stdout.isTTY
const style = (code: number, text: string): string => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text)
const COLOURS = [36, 35, 33, 32, 34, 31]

/** Text in the colour of the nth task. */
export const paint = (index: number, text: string): string =>
  style(COLOURS[index % COLOURS.length] ?? 36, text)

/** Groups, which the log of a workflow shows folded, are cut short. */
const MOST_IN_GROUP = 6
const LONGEST_IN_GROUP = 100
const COMMANDS = ['stop-commands', 'add-mask', 'debug', 'group', 'endgroup', 'error', 'warning', 'notice']
const LEVELS: Readonly<Record<string, number>> = { error: 31, warning: 33, notice: 34 }

/** Shows a step's lines as they come, with its workflow commands carried out as a reader of the log sees them. */
export class LiveView {
  readonly #prefix: string
  readonly #masker = new SecretMasker()
  readonly #registered = new Set(COMMANDS)
  #stopToken: string | undefined
  /** How many more lines of the open group are shown; null when none is open. */
  #roomInGroup: number | null = null

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** To be called at once when the process is started. */
  follow({ stdout, stderr }: ChildProcess): void {
    for (const stream of [stdout, stderr]) {
      const splitter = new LineSplitter((line) => this.#read(line))
      stream?.on('data', (chunk: Buffer) => splitter.write(chunk))
      stream?.on('end', () => splitter.end())
    }
  }

  #read(line: string): void {
    const command = parseCommand(line, this.#registered)
    if (command === undefined) this.#line(line)
    else if (this.#stopToken === undefined)
      this.#carryOut(command.name, command.data, command.properties.title)
    else if (command.name === this.#stopToken) {
      this.#registered.delete(this.#stopToken)
      this.#stopToken = undefined
    } else this.#line(line)
  }

  #carryOut(name: string, data: string, title: string | undefined): void {
    const level = LEVELS[name]
    if (name === 'stop-commands') {
      this.#stopToken = data.toLowerCase()
      this.#registered.add(this.#stopToken)
    } else if (name === 'add-mask') this.#masker.add(data)
    else if (name === 'endgroup') this.#roomInGroup = null
    else if (name === 'group') {
      this.#roomInGroup = MOST_IN_GROUP
      this.#print(style(1, `▸ ${data}`))
    } else if (level !== undefined) {
      const [first, ...rest] = data.split('\n')
      this.#print(style(level, `${title ?? name}: ${first}`))
      for (const line of rest) this.#print(style(level, line))
    }
  }

  #line(line: string): void {
    if (this.#roomInGroup === null) this.#print(line)
    else if (this.#roomInGroup > 0) {
      this.#roomInGroup -= 1
      const short = line.length > LONGEST_IN_GROUP ? `${line.slice(0, LONGEST_IN_GROUP)}…` : line
      this.#print(style(2, `  ${this.#roomInGroup > 0 ? short : '…'}`))
    }
  }

  #print(text: string): void {
    process.stdout.write(`${this.#prefix} │ ${this.#masker.mask(text)}\n`)
  }
}

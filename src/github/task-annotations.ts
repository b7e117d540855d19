import { posix } from 'node:path'
import { plainLine } from '../formats/printable.ts'
import type { AnnotationLevel, AnnotationProperties } from './runner.ts'

/** What a task asks to be annotated. */
export interface TaskAnnotation {
  readonly level: AnnotationLevel
  readonly message: string
  readonly properties: AnnotationProperties
}

/** All that a task asked to be annotated. */
export interface AskedAnnotations {
  /** The first of each kind. */
  readonly kept: readonly TaskAnnotation[]
  /** How many there were no room for. */
  readonly dropped: number
}

/** GitHub keeps so many of a kind and step. */
export const MOST_OF_A_KIND = 10
/** A line that is longer is passed on as it comes: memory stays flat. */
const LONGEST_LINE = 64 * 1024

const COMMAND = /^\s*::(error|warning|notice|group|endgroup)(?: ([^\n]*?))?::(.*)$/is
const NAMES = ['error', 'warning', 'notice', 'group', 'endgroup']
const LEVELS: Readonly<Record<string, AnnotationLevel>> = {
  error: 'error',
  warning: 'warning',
  notice: 'notice',
}

/**
 * Lets those of a task's workflow commands into the log that people read and nothing else acts on: annotations, which
 * are kept for later, and groups. The runner does not carry out commands while a task runs; what it would write for
 * these is written in their place. All other bytes pass as they are.
 */
export class TaskAnnotations implements AskedAnnotations {
  /** The first of each kind. */
  readonly kept: TaskAnnotation[] = []
  /** How many there were no room for. */
  dropped = 0
  readonly #workspace: string
  #rest: Buffer = Buffer.alloc(0)
  #atLineStart = true

  /** @param workspace where the workspace is in the container */
  constructor(workspace: string) {
    this.#workspace = workspace
  }

  /** What is to be written for a piece of the output. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const shown: Buffer[] = []
    let at = 0
    for (let end = lineEnd(bytes, at); end > 0; end = lineEnd(bytes, at)) {
      shown.push(this.#line(bytes.subarray(at, end)))
      this.#atLineStart = true
      at = end
    }
    const last = bytes.subarray(at)
    this.#rest = Buffer.from(this.#atLineStart && mayBeCommand(last) ? last : [])
    if (this.#rest.length === 0 && last.length > 0) {
      this.#atLineStart = false
      shown.push(last)
    }
    return Buffer.concat(shown)
  }

  /** What is to be written when the output is over. */
  end(): Buffer {
    const last = this.#line(this.#rest)
    this.#rest = Buffer.alloc(0)
    return last
  }

  #line(bytes: Buffer): Buffer {
    if (!this.#atLineStart || !mayBeCommand(bytes)) return bytes
    const line = bytes.toString('utf8').replace(/[\r\n]$/, '')
    const [, word = '', properties = '', data = ''] = COMMAND.exec(line) ?? []
    if (word === '') return bytes
    const end = bytes.subarray(Buffer.byteLength(line))
    return Buffer.concat([Buffer.from(this.#shown(word.toLowerCase(), properties, unescaped(data))), end])
  }

  #shown(word: string, properties: string, text: string): string {
    if (word === 'endgroup') return '##[endgroup]'
    const level = LEVELS[word]
    if (level !== undefined)
      this.#keep({ level, message: text, properties: this.#placed(propertiesOf(properties)) })
    return `##[${word}]${text
      .split(/\r\n|\r|\n/)
      .map(plainLine)
      .join('\n')}`
  }

  #keep(annotation: TaskAnnotation): void {
    const count = this.kept.filter(({ level }) => level === annotation.level).length
    if (count < MOST_OF_A_KIND) this.kept.push(annotation)
    else this.dropped++
  }

  /** A file below the workspace, as the checkout has it; what is elsewhere in the container is nowhere for GitHub. */
  #placed({ file, ...others }: AnnotationProperties): AnnotationProperties {
    if (typeof file !== 'string') return others
    const path = posix.relative(this.#workspace, posix.resolve(this.#workspace, file))
    if (path === '' || path === '..' || path.startsWith('../')) return { title: others.title ?? file }
    return { ...others, file: path }
  }
}

/** The index behind the next end of a line; 0 when there is none. */
function lineEnd(bytes: Buffer, from: number): number {
  const [feed, back] = [bytes.indexOf(0x0a, from), bytes.indexOf(0x0d, from)]
  return (feed === -1 || (back !== -1 && back < feed) ? back : feed) + 1
}

/** Whether a line is a command of ours, or the beginning of one. */
function mayBeCommand(line: Buffer): boolean {
  if (line.length > LONGEST_LINE) return false
  const start = line.toString('latin1', 0, 200).trimStart().toLowerCase()
  return NAMES.some((name) => start.startsWith(`::${name}`) || `::${name}`.startsWith(start))
}

const NUMBERS = new Set(['line', 'endLine', 'col', 'endColumn'])
const KNOWN = new Map(['title', 'file', ...NUMBERS].map((name) => [name.toLowerCase(), name]))

/** The properties that GitHub knows, as `ActionCommand.TryParseV2` reads them. */
function propertiesOf(text: string): AnnotationProperties {
  const pairs = text.split(',').flatMap((pair): [string, string | number][] => {
    const equals = pair.indexOf('=')
    const name = KNOWN.get(pair.slice(0, Math.max(equals, 0)).trim().toLowerCase())
    const value = unescaped(
      pair
        .slice(equals + 1)
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ','),
    )
    if (name === undefined || value === '') return []
    if (!NUMBERS.has(name)) return [[name, value]]
    return /^\d{1,9}$/.test(value.trim()) ? [[name, Number(value)]] : []
  })
  return Object.fromEntries(pairs)
}

const unescaped = (data: string): string =>
  data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

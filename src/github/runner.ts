// The parts of @actions/core that we use, by file: its entry also loads an HTTP client for OIDC tokens, which
// costs every start of the action 50 ms (script/bench task).
import { randomUUID } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { issue, issueCommand } from '../../node_modules/@actions/core/lib/command.js'
import {
  issueFileCommand,
  prepareKeyValueMessage,
} from '../../node_modules/@actions/core/lib/file-command.js'
import { annotationText, plainLine } from '../formats/printable.ts'
import { Redaction } from '../streams/redact.ts'
import { maskedForms } from '../streams/secret-forms.ts'
import { runnerPaths } from './paths.ts'

/**
 * The GitHub Actions runner as the rest of the project sees it, and the one place that prints. Whatever is printed
 * is made harmless ({@link plainLine}) and has no secret in it: text of others comes in by every message. While a
 * task's output has workflow commands switched off, whatever we print waits (see {@link stopCommands}).
 */

/** What is struck out of everything that this process prints and records. */
export const redaction = new Redaction()

let held: (() => void)[] | null = null
/** Switches commands on again; null while they are. */
let resume: ((atLineStart: boolean) => void) | null = null

function emit(write: () => void): void {
  if (held) held.push(write)
  else write()
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** A text as one harmless line without secrets. */
const harmless = (text: string): string => plainLine(redaction.text(text))

/** An input as the workflow gives it; `exact` keeps leading and trailing white space (scripts). */
export function input(name: string, exact = false): string {
  const value = process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? ''
  return exact ? value : value.trim()
}

/** A plain line of the step's log. */
export const info = (line: string): void => emit(() => print(harmless(line)))
/** A plain line between those of a task's output, whose last line may have no end yet: it does not wait. */
export const heartbeat = (line: string, atLineStart: boolean): void =>
  print(`${atLineStart ? '' : '\n'}${harmless(line)}`)
/** A line that only a debug run shows. */
export const debug = (line: string): void => emit(() => issueCommand('debug', {}, harmless(line)))
/** An annotation that does not fail the step. */
export const warning = (message: string, title?: string): void => annotate('warning', message, { title })
/** An annotation for the reader's information. */
export const notice = (message: string, title?: string): void => annotate('notice', message, { title })
/** A place in a file of the workspace, which an annotation points to; line and column from 1. */
interface AnnotatedPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** An annotation that says why the step failed, and the step's failure. */
export function fail(message: string, title: string, place?: AnnotatedPlace): void {
  annotate('error', message, {
    title,
    ...(place && { file: place.file, line: place.line, col: place.column }),
  })
  process.exitCode = 1
}

/** The runner cuts a message here (`ExecutionContext.AddIssue`). */
const LONGEST_OF_ALL = 4_096

/** The kinds of annotations. */
export type AnnotationLevel = 'notice' | 'warning' | 'error'

/** What an annotation has besides its message: `title`, `file`, `line`, `endLine`, `col`, `endColumn`. */
export type AnnotationProperties = Readonly<Record<string, string | number | undefined>>

/** An annotation that says nothing of how the step ended: what a task's tests or the task itself say. */
export function annotation(level: AnnotationLevel, text: string, properties: AnnotationProperties): void {
  annotate(level, text, properties, LONGEST_OF_ALL)
}

/** An annotation; of a message that is too long for one, all of it goes to the log before. */
function annotate(
  level: AnnotationLevel,
  text: string,
  properties: AnnotationProperties,
  longest?: number,
): void {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined)
  const shown = given.map(([name, value]) => [name, typeof value === 'string' ? harmless(value) : value])
  emit(() => {
    const { message, lines } = annotationText(redaction.text(text), longest)
    for (const line of lines) print(line)
    issueCommand(level, Object.fromEntries(shown), message)
  })
}

/** A collapsed group of lines. */
export function group(title: string, lines: readonly string[]): void {
  startGroup(title)
  for (const line of lines) info(line)
  endGroup()
}
/** Opens a collapsed group; what is printed until {@link endGroup} is in it. */
export const startGroup = (title: string): void => emit(() => issue('group', harmless(title)))
/** Ends the open group. */
export const endGroup = (): void => emit(() => issue('endgroup'))

/**
 * Keeps a value out of everything that this process prints and records, and out of the job's log from now on. The
 * runner masks each line of what it is given however short it is, so it gets only those that can be struck out.
 */
export function mask(secret: string): void {
  redaction.add(secret)
  maskInJob(secret)
}

/** Keeps a value out of the job's log alone, when commands are carried out again. */
export function maskInJob(secret: string): void {
  for (const line of maskedForms(secret)) emit(() => issueCommand('add-mask', {}, line))
}

/** Sets an output of the step. The runner reads names without case; of two that are the same the later counts. */
export const output = (name: string, value: string): void => issueFileCommand('OUTPUT', keyValue(name, value))
/** Sets a variable for the later steps of the job. The name is one that the runner takes. */
export const exportVariable = (name: string, value: string): void =>
  issueFileCommand('ENV', prepareKeyValueMessage(name, value))
/** Puts a folder in front of the PATH of the later steps. */
export const addPath = (folder: string): void => issueFileCommand('PATH', folder)
/** Keeps a value for the post step. */
export const saveState = (name: string, value: string): void =>
  issueFileCommand('STATE', keyValue(name, value))

/** What the name of an output may be: any other could end the runner's reading of the file (`EnvFileKeyValuePairs`). */
export const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/

function keyValue(name: string, value: string): string {
  if (!OUTPUT_NAME.test(name)) throw new RangeError(`${JSON.stringify(name)} is no name of an output`)
  return prepareKeyValueMessage(name, value)
}

/** A value that main kept; empty when it kept none. */
export const state = (name: string): string => process.env[`STATE_${name}`] ?? ''
/** True when the user asked for debug logs. */
export const isDebug = (): boolean => process.env.RUNNER_DEBUG === '1'

/** Appends Markdown to the job summary; without a summary file (older servers) nothing is written. */
export async function summarize(markdown: string): Promise<void> {
  const { summary } = runnerPaths(process.env)
  if (summary !== null) await appendFile(summary, `${redaction.text(markdown)}\n`)
}

/** Ends the process when all that it printed is written, also what waited, whatever else it still waits for. */
export function exit(): void {
  resume?.(false)
  process.stdout.write('', () => process.exit())
}

/**
 * Lets a library work that prints by itself, one at a time: its lines are printed as ours, or by `printLine`. Of its
 * commands those of the debug log and its annotations are kept, as warnings: it does not know whether its failure is
 * the step's. What it masks (signatures of addresses) is masked.
 */
export async function printingOf<T>(work: () => Promise<T>, printLine = info): Promise<T> {
  const { stdout } = process
  const write = stdout.write
  let rest = ''
  const through: typeof stdout.write = (chunk: string | Uint8Array, ...others: unknown[]) => {
    const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    stdout.write = write
    for (const line of lines) printLibrarys(line, printLine)
    stdout.write = through
    const done = others.at(-1)
    if (typeof done === 'function') done()
    return true
  }
  stdout.write = through
  try {
    return await work()
  } finally {
    stdout.write = write
    if (rest !== '') printLibrarys(rest, printLine)
  }
}

function printLibrarys(line: string, printLine: (line: string) => void): void {
  const [, level, data = ''] = /^::(debug|notice|warning|error|add-mask)(?: [^:]*)?::(.*)$/.exec(line) ?? []
  const text = data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
  if (level === undefined) printLine(line)
  else if (level === 'debug') debug(text)
  else if (level === 'add-mask') mask(text)
  else warning(text)
}

/** The step's log as a stream, for what passes through unread: a task's output, and nothing else. */
export const log: NodeJS.WriteStream = process.stdout

/**
 * Switches workflow commands off in what follows (unless they are allowed), and keeps our own back until the
 * returned function is called with whether the log is at the start of a line.
 */
export function stopCommands(allowed: boolean): (atLineStart: boolean) => void {
  const token = randomUUID()
  if (!allowed) print(`::stop-commands::${token}`)
  held ??= []
  resume = (atLineStart) => {
    resume = null
    // The runner reads a command only at the start of a line.
    if (!atLineStart) print('')
    if (!allowed) print(`::${token}::`)
    const waiting = held ?? []
    held = null
    for (const write of waiting) write()
  }
  return (atLineStart) => resume?.(atLineStart)
}

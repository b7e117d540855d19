// The parts of @actions/core that we use, by file: its entry also loads an HTTP client for OIDC tokens, which
// costs every start of the action 50 ms (script/bench task).
import { randomUUID } from 'node:crypto'
import { issue, issueCommand } from '../../node_modules/@actions/core/lib/command.js'
import {
  issueFileCommand,
  prepareKeyValueMessage,
} from '../../node_modules/@actions/core/lib/file-command.js'
import { summary } from '../../node_modules/@actions/core/lib/summary.js'

/**
 * The GitHub Actions runner as the rest of the project sees it, and the one place that prints. While a task's
 * output has workflow commands switched off, whatever we print waits (see {@link stopCommands}).
 */

let held: (() => void)[] | null = null

function emit(write: () => void): void {
  if (held) held.push(write)
  else write()
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** An input as the workflow gives it; `exact` keeps leading and trailing white space (scripts). */
export function input(name: string, exact = false): string {
  const value = process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? ''
  return exact ? value : value.trim()
}

/** A plain line of the step's log. */
export const info = (line: string): void => emit(() => print(line))
/** A line that only a debug run shows. */
export const debug = (line: string): void => emit(() => issueCommand('debug', {}, line))
/** An annotation that does not fail the step. */
export const warning = (message: string, title?: string): void =>
  emit(() => issueCommand('warning', { title }, message))
/** An annotation for the reader's information. */
export const notice = (message: string, title?: string): void =>
  emit(() => issueCommand('notice', { title }, message))
/** A place in a file of the workspace, which an annotation points to; line and column from 1. */
export interface AnnotatedPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** An annotation that says why the step failed, and the step's failure. */
export function fail(message: string, title: string, place?: AnnotatedPlace): void {
  const at = place && { file: place.file, line: place.line, col: place.column }
  emit(() => issueCommand('error', { title, ...at }, message))
  process.exitCode = 1
}
/** A collapsed group of lines. */
export function group(title: string, lines: readonly string[]): void {
  startGroup(title)
  for (const line of lines) info(line)
  endGroup()
}
/** Opens a collapsed group; what is printed until {@link endGroup} is in it. */
export const startGroup = (title: string): void => emit(() => issue('group', title))
/** Ends the open group. */
export const endGroup = (): void => emit(() => issue('endgroup'))
/** Keeps a value out of all logs from now on. */
export const mask = (secret: string): void => issueCommand('add-mask', {}, secret)
/** Sets an output of the step. */
export const output = (name: string, value: string): void =>
  issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value))
/** Keeps a value for the post step. */
export const saveState = (name: string, value: string): void =>
  issueFileCommand('STATE', prepareKeyValueMessage(name, value))
/** A value that main kept; empty where it kept none. */
export const state = (name: string): string => process.env[`STATE_${name}`] ?? ''
/** True where the user asked for debug logs. */
export const isDebug = (): boolean => process.env.RUNNER_DEBUG === '1'

/** Appends Markdown to the job summary; without a summary file (older servers) nothing is written. */
export async function summarize(markdown: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await summary.addRaw(markdown, true).write()
}

/** The step's log as a stream, for what passes through unread. */
export const log: NodeJS.WriteStream = process.stdout

/**
 * Switches workflow commands off in what follows (unless they are allowed), and keeps our own back until the
 * returned function is called with whether the log is at the start of a line.
 */
export function stopCommands(allowed: boolean): (atLineStart: boolean) => void {
  const token = randomUUID()
  if (!allowed) print(`::stop-commands::${token}`)
  held ??= []
  return (atLineStart) => {
    // The runner reads a command only at the start of a line.
    if (!atLineStart) print('')
    if (!allowed) print(`::${token}::`)
    const waiting = held ?? []
    held = null
    for (const write of waiting) write()
  }
}

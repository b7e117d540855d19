import { randomUUID } from 'node:crypto'
import * as core from '@actions/core'

/**
 * The GitHub Actions runner as the rest of the project sees it: the toolkit's calls, and the one place that
 * prints. While a task's output has workflow commands switched off, whatever we print waits (see {@link stopCommands}).
 */

let held: (() => void)[] | null = null

function emit(write: () => void): void {
  if (held) held.push(write)
  else write()
}

/** An input as the workflow gives it; `exact` keeps leading and trailing white space (scripts). */
export function input(name: string, exact = false): string {
  return core.getInput(name, { trimWhitespace: !exact })
}

/** A plain line of the step's log. */
export const info = (line: string): void => emit(() => core.info(line))
/** A line that only a debug run shows. */
export const debug = (line: string): void => emit(() => core.debug(line))
/** An annotation that does not fail the step. */
export const warning = (message: string, title?: string): void =>
  emit(() => core.warning(message, title === undefined ? {} : { title }))
/** An annotation that says why the step failed, and the step's failure. */
export function fail(message: string, title: string): void {
  emit(() => core.error(message, { title }))
  process.exitCode = core.ExitCode.Failure
}
/** A collapsed group of lines. */
export function group(title: string, lines: readonly string[]): void {
  emit(() => {
    core.startGroup(title)
    for (const line of lines) core.info(line)
    core.endGroup()
  })
}
/** Opens a collapsed group; what is printed until {@link endGroup} is in it. */
export const startGroup = (title: string): void => emit(() => core.startGroup(title))
/** Ends the open group. */
export const endGroup = (): void => emit(() => core.endGroup())
/** Keeps a value out of all logs from now on. */
export const mask = (secret: string): void => core.setSecret(secret)
/** Sets an output of the step. */
export const output = (name: string, value: string): void => core.setOutput(name, value)
/** Keeps a value for the post step. */
export const saveState = (name: string, value: string): void => core.saveState(name, value)
/** A value that main kept; empty where it kept none. */
export const state = (name: string): string => core.getState(name)
/** True where the user asked for debug logs. */
export const isDebug = (): boolean => core.isDebug()

/** Appends Markdown to the job summary; without a summary file (older servers) nothing is written. */
export async function summarize(markdown: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdown, true).write()
}

/** The step's log as a stream, for what passes through unread. */
export const log: NodeJS.WriteStream = process.stdout

/**
 * Switches workflow commands off in what follows (unless they are allowed), and keeps our own back until the
 * returned function is called with whether the log is at the start of a line.
 */
export function stopCommands(allowed: boolean): (atLineStart: boolean) => void {
  const token = randomUUID()
  if (!allowed) core.info(`::stop-commands::${token}`)
  held ??= []
  return (atLineStart) => {
    // The runner reads a command only at the start of a line.
    if (!atLineStart) core.info('')
    if (!allowed) core.info(`::${token}::`)
    const waiting = held ?? []
    held = null
    for (const write of waiting) write()
  }
}

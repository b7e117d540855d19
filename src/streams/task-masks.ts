import type { Redaction, Redactor } from './redact.ts'

/** As everybody writes it; the runner would take it in any case. */
const COMMAND = 'add-mask'
const HEAD = `::${COMMAND}::`
const BRACKETS = `##[${COMMAND}]`
const HASH = 0x23
/** A line that is longer is passed on as it comes: memory stays flat. */
const LONGEST_LINE = 64 * 1024
/** A task may mask so many values: each more makes the search longer. */
const MOST_MASKS = 500

/**
 * Strikes out of a task's output what the task itself asks to be masked (`::add-mask::VALUE`), from that line on and in
 * it. Commands are stopped while a task runs, so the runner would print the value and not mask it. What the
 * task masks goes into `masks`, which has to be its own: masks of a task must not reach what others print.
 */
export function taskMasks(masks: Redaction, onMask: (value: string) => void = () => undefined): Redactor {
  const struck = masks.stream()
  let rest: Buffer = Buffer.alloc(0)
  /** What was passed on ended a line: a command at the start of a line may follow. */
  let atLineStart = true
  let count = 0
  const pass = (bytes: Buffer): Buffer => {
    const text = bytes.includes(COMMAND) ? bytes.toString('utf8') : ''
    for (const value of maskedValues(atLineStart ? text : `${MIDDLE}${text}`)) {
      if (++count > MOST_MASKS) break
      masks.add(value)
      onMask(value)
    }
    if (bytes.length > 0) atLineStart = endOfLine(bytes) === bytes.length
    return struck.push(bytes)
  }
  return {
    get found() {
      return struck.found
    },
    push(chunk) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const start = endOfLine(bytes)
      const isHeld = mayBeCommand(bytes.subarray(start), atLineStart || start > 0)
      rest = Buffer.from(isHeld ? bytes.subarray(start) : [])
      return pass(isHeld ? bytes.subarray(0, start) : bytes)
    },
    end: () => Buffer.concat([pass(rest), struck.end()]),
  }
}

/** Stands for what a line began with that was passed on already. */
const MIDDLE = '…'
const endOfLine = (bytes: Buffer): number => Math.max(bytes.lastIndexOf('\n'), bytes.lastIndexOf('\r')) + 1

/** Whether an unfinished line may turn out to be a command: only such a one is kept back until it ends. */
function mayBeCommand(line: Buffer, isStart: boolean): boolean {
  if (line.length === 0 || line.length > LONGEST_LINE) return false
  const start = line.toString('utf8', 0, 256).trimStart()
  if (isStart && (start.startsWith(`::${COMMAND}`) || HEAD.startsWith(start))) return true
  const at = line.lastIndexOf('##')
  const last = line.toString('latin1', at, at + BRACKETS.length + 1)
  return line.includes(`##[${COMMAND}`) || (at >= 0 && BRACKETS.startsWith(last)) || line.at(-1) === HASH
}

/** The values that commands in whole lines mask, in the runner's two forms (`ActionCommand.cs`). */
export function maskedValues(text: string): string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const colons = /^\s*::add-mask(?: [^\n]*?)?::(.*)$/.exec(line)?.[1]
    if (colons !== undefined) return [unescapeData(colons)]
    const brackets = /##\[add-mask(?: [^\]]*)?\](.*)$/.exec(line)?.[1]
    return brackets === undefined
      ? []
      : [unescapeData(brackets.replaceAll('%3B', ';').replaceAll('%5D', ']'))]
  })
}

const unescapeData = (data: string): string =>
  data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

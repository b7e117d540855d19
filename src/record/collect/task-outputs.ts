import { OUTPUT_NAME } from '../../github/runner.ts'

/** The outputs that the action sets itself, of which a task has none (action.yml). */
export const OWN_OUTPUTS = [
  'status',
  'exit-code',
  'error-code',
  'container-name',
  'container-id',
  'image',
  'image-digest',
  'duration-seconds',
  'record',
  'log',
  'patch',
  'artifact-name',
  'outputs',
] as const

/** What a task wrote to `$GITHUB_OUTPUT`. */
export interface TaskOutputs {
  /** Every value that could be read, for the output `outputs`. */
  readonly all: ReadonlyMap<string, string>
  /** Those that become outputs of the step. */
  readonly passed: ReadonlyMap<string, string>
  /** What is not passed on, with its name and line. */
  readonly problems: readonly string[]
  /** The first line that is none, which fails the step as it does GitHub's own; null when there is none. */
  readonly fault: string | null
}

/** Nothing was written. */
export const NO_OUTPUTS: TaskOutputs = { all: new Map(), passed: new Map(), problems: [], fault: null }

/** GitHub takes 1 MiB of outputs, counted in UTF-16; some of it is kept for the action's own. */
const MOST_BYTES = 1024 * 1024 - 32 * 1024

/**
 * Reads what a task wrote to `$GITHUB_OUTPUT`, up to the first line that is none. A name is passed on where the
 * runner cannot take it for anything else: it compares without case, and `<<` in one would end its reading.
 */
export function readTaskOutputs(text: string): TaskOutputs {
  const { entries, fault } = readEntries(text, '$GITHUB_OUTPUT')
  const spellings = new Map<string, string>(OWN_OUTPUTS.map((name) => [name, name]))
  const own = new Set<string>(OWN_OUTPUTS)
  const all = new Map<string, string>()
  const passed = new Map<string, string>()
  const problems: string[] = []
  let bytes = 0
  for (const { name, value, line } of entries) {
    const key = name.toLowerCase()
    const spelling = spellings.get(key) ?? name
    const why = refusalReason(name, spelling, own.has(key))
    const isPassed = why === null
    bytes += bytesOf(name, value, isPassed) - bytesOf(name, all.get(name), passed.has(name))
    if (isPassed) spellings.set(key, name)
    all.set(name, value)
    if (isPassed) passed.set(name, value)
    else problems.push(`line ${line}: ${shown(name)} ${why}`)
    if (bytes <= MOST_BYTES) continue
    bytes -= bytesOf(name, value, isPassed)
    all.delete(name)
    passed.delete(name)
    problems.push(
      `line ${line}: ${shown(name)} is more than the 1 MiB of outputs that GitHub takes; use a file in $ARTIFACT_DIR`,
    )
  }
  return { all, passed, problems, fault }
}

/** What a record has of a task's outputs, in bytes of JSON. */
export const RECORDED_BYTES = 16 * 1024

/** The outputs that fit into so many bytes of JSON, in their order, each whole or not at all. */
export function fittingOutputs(
  outputs: Readonly<Record<string, string>>,
  bytes = RECORDED_BYTES,
): { readonly kept: Record<string, string>; readonly leftOut: number } {
  let room = bytes
  const all = Object.entries(outputs)
  const kept = all.filter(([name, value]) => {
    const size = Buffer.byteLength(JSON.stringify([name, value]))
    if (size > room) return false
    room -= size
    return true
  })
  return { kept: Object.fromEntries(kept), leftOut: all.length - kept.length }
}

/** Why a name is not passed on; null when it is. `spelling` is how its output is spelled that is there already. */
function refusalReason(name: string, spelling: string, isOwn: boolean): string | null {
  if (!OUTPUT_NAME.test(name))
    return 'is no name of an output: letters, digits, _ and -, beginning with a letter or _'
  if (isOwn) return `has the name of the action’s own output ${spelling}; read it from the output "outputs"`
  return spelling === name ? null : `is the name of the output ${spelling}: GitHub ignores case`
}

/** What a value takes: in the JSON of `outputs`, and as an output by itself. */
function bytesOf(name: string, value: string | undefined, isPassed: boolean): number {
  if (value === undefined) return 0
  const inJson = JSON.stringify(name).length + JSON.stringify(value).length + 2
  return 2 * (inJson + (isPassed ? name.length + value.length : 0))
}

const LONGEST_NAME = 80
const shown = (name: string): string =>
  JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name)

/** One value of a file command. */
interface Entry {
  readonly name: string
  readonly value: string
  /** From 1. */
  readonly line: number
}

/**
 * The grammar of the runner's files (`FileCommandManager.cs`, `EnvFileKeyValuePairs`): lines end at LF, empty ones
 * count for nothing, and what comes first in a line, `=` or `<<`, decides what it is. No fault repeats the line, which
 * may be half of a secret.
 */
export function readEntries(text: string, file: string): { entries: Entry[]; fault: string | null } {
  const entries: Entry[] = []
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const [mark] = /=|<</.exec(line) ?? []
    const [name = '', rest = ''] = mark === undefined ? [] : halves(line, mark)
    const fault = (what: string) => ({ entries, fault: `line ${at + 1} of its ${file} ${what}` })
    if (mark === undefined) return fault('is no NAME=VALUE (a value of several lines is NAME<<END … END)')
    if (name === '') return fault('has no name')
    if (mark === '=') {
      entries.push({ name, value: rest, line: at + 1 })
      continue
    }
    if (rest === '') return fault('is NAME<< without a word that ends the value')
    const end = lines.indexOf(rest, at + 1)
    if (end < 0) return fault('is NAME<<END, but no line END follows')
    entries.push({ name, value: lines.slice(at + 1, end).join('\n'), line: at + 1 })
    at = end
  }
  return { entries, fault: null }
}

function halves(line: string, mark: string): [string, string] {
  const at = line.indexOf(mark)
  return [line.slice(0, at), line.slice(at + mark.length)]
}

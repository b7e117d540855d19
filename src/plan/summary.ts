import { codeCell, escapeCell } from '../formats/markdown.ts'
import { formatSeconds } from '../formats/units.ts'
import type { LeftOut } from './choice/selection.ts'
import type { PlannedLeg } from './matrix.ts'
import type { PlannedTask } from './planned-task.ts'
import { runnerParts } from './runs-on.ts'

/** What was planned, for people. */
export interface Plan {
  readonly name: string
  readonly tasks: readonly PlannedTask[]
  /** The leg of each task. */
  readonly legs: readonly PlannedLeg[]
  readonly left: readonly LeftOut[]
  readonly notes: readonly string[]
  /** Whether the lock file was written anew; undefined when it was not to be. */
  readonly isLockChanged?: boolean | undefined
}

/** A summary is dropped whole when it is over 1 MiB: very long names and lists are cut. */
const LONGEST_CELL = 120
const MOST_LEFT = 500
const MOST_FAULTS = 200

/** The plan as a table, and below it what is left out and why. */
export function planSummary({ name, tasks, legs, left, notes }: Plan): string {
  const parts = [
    `### Plan: ${headline(tasks.length, left.length)}`,
    `From ${code(name)}.`,
    ...notes.map((note) => `> ${escapeCell(short(note, 1000))}`),
  ]
  if (tasks.length > 0)
    parts.push(
      table(
        ['Task', 'Image', 'Runs on', 'Requires', 'Timeout'],
        tasks.map((task, index) => row(task, runnerParts(legs[index]?.['runs-on'] ?? []))),
      ),
    )
  if (left.length > 0) parts.push(leftOut(left))
  return `${parts.join('\n\n')}\n`
}

/** All that is wrong with a task file, or the first of it. */
export function faultsSummary(name: string, lines: readonly string[]): string {
  const shown = lines.slice(0, MOST_FAULTS).map((line) => `- ${code(line, 500)}`)
  const rest = lines.length > MOST_FAULTS ? [`- … and ${lines.length - MOST_FAULTS} more, in the log`] : []
  const count = lines.length === 1 ? '1 problem' : `${lines.length} problems`
  return [
    `### ❌ No plan: ${count} in ${escapeCell(short(name, LONGEST_CELL))}`,
    '',
    ...shown,
    ...rest,
    '',
  ].join('\n')
}

/** The plan in one line. */
export function headline(planned: number, left: number): string {
  const tasks = planned === 1 ? '1 task' : `${planned === 0 ? 'no' : planned} tasks`
  return left === 0 ? tasks : `${tasks}, ${left} left out`
}

function row({ id, spec, requiredCapabilities }: PlannedTask, runsOn: readonly string[]): string[] {
  const image = spec
    ? code(spec.image ?? spec.toolchain ?? spec.build ?? '')
    : 'no container: will be skipped'
  const timeout = spec ? formatSeconds(spec.timeoutSeconds) : ''
  return [code(id), image, code(runsOn.join(', ')), codes(requiredCapabilities), timeout]
}

function leftOut(left: readonly LeftOut[]): string {
  const rows = left.slice(0, MOST_LEFT).map(({ id, reason }) => [code(id), escapeCell(reason)])
  const rest = left.length > MOST_LEFT ? `\n\n… and ${left.length - MOST_LEFT} more.` : ''
  return `<details><summary>${left.length} left out</summary>\n\n${table(['Task', 'Why'], rows)}${rest}\n\n</details>`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

const code = (text: string, longest = LONGEST_CELL): string => codeCell(short(text, longest))
const codes = (texts: readonly string[]): string => (texts.length === 0 ? '' : code(texts.join(', ')))
const short = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text

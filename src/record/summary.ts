import { codeCell, escapeCell } from '../task/markdown.ts'
import { formatBytes, formatSeconds } from '../task/units.ts'
import { isAllowedFailure, type RunRecord } from './run-record.ts'

/** The sign of each status. */
export const SIGNS: Readonly<Record<RunRecord['status'], string>> = {
  succeeded: '✅',
  failed: '❌',
  'timed-out': '⏱️',
  'out-of-memory': '💥',
  cancelled: '🚫',
  skipped: '⏭️',
  error: '⚠️',
}

/** The runner drops a step's summary whole when it is over 1 MiB; ours stays well below. */
const LONGEST_TASK_SUMMARY = 900 * 1024

/** The job summary of one run: a heading and a short table, then what the task itself wrote. */
export function summaryOf(record: RunRecord, tasksOwn: string): string {
  const rows = rowsOf(record)
    .map(([name, value]) => `| ${name} | ${value} |`)
    .join('\n')
  const error = record.error ? `\n> **${record.error.code}** ${inline(record.error.message)}\n` : ''
  return `### ${SIGNS[record.status]} ${escapeCell(record.task)}: ${record.status}${isAllowedFailure(record) ? ', which is allowed' : ''}\n${error}\n| | |\n|---|---|\n${rows}\n\n${cut(tasksOwn)}`
}

function rowsOf(record: RunRecord): [string, string][] {
  const { container, usage, phases } = record
  const rows: [string, string | null][] = [
    ['Image', container.image === null ? null : nameCell(container.image)],
    ['Digest', container.digest === null ? null : nameCell(container.digest)],
    [
      'Toolchain',
      record.toolchain
        ? `${escapeCell(record.toolchain.requested)} (${escapeCell(record.toolchain.source)})`
        : null,
    ],
    ['Command', record.commandSummary === null ? null : codeCell(record.commandSummary)],
    ['Exit', exitOf(record)],
    ['Duration', record.durationSeconds === null ? null : formatSeconds(record.durationSeconds)],
    [
      'Phases',
      Object.entries(phases)
        .map(([phase, ms]) => `${phase} ${formatSeconds(ms / 1000)}`)
        .join(', ') || null,
    ],
    ['Limits', limitsOf(record)],
    ['Peak memory', usage.peakMemoryBytes === null ? null : formatBytes(usage.peakMemoryBytes)],
    ['CPU time', usage.cpuSeconds === null ? null : formatSeconds(usage.cpuSeconds)],
    ['Container', `\`${container.name}\``],
  ]
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
}

/** A name in Markdown's own marks where it has nothing in it that Markdown reads. */
const nameCell = (name: string): string => (/^[\w./:@+-]+$/.test(name) ? `\`${name}\`` : codeCell(name))

function exitOf({ exitCode, signal }: RunRecord): string | null {
  if (exitCode === null) return null
  return signal === null ? String(exitCode) : `${exitCode} (${signal})`
}

function limitsOf({ container: { limits } }: RunRecord): string | null {
  if (limits === null) return null
  const parts = [
    limits.cpus === null ? null : `${limits.cpus} CPUs`,
    limits.memoryBytes === null ? null : formatBytes(limits.memoryBytes),
    limits.pids === null ? null : `${limits.pids} processes`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

/** A message may hold all that the engine printed, or a thousand problems of a task: run.json has it whole. */
const LONGEST_MESSAGE = 8 * 1024
const inline = (text: string): string => {
  const short = text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
  return escapeCell(short.replace(/\s*\n\s*/g, ' '))
}
function cut(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= LONGEST_TASK_SUMMARY) return text
  const kept = bytes.subarray(0, LONGEST_TASK_SUMMARY).toString('utf8')
  return `${kept.slice(0, kept.lastIndexOf('\n') + 1)}\n> The task’s summary was cut here: ${formatBytes(bytes.length)} are more than a step may have.\n`
}

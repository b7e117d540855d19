import { codeCell, escapeCell, fenced, folded } from '../../formats/markdown.ts'
import { formatBytes, formatSeconds } from '../../formats/units.ts'
import { isAllowedFailure, labelIn } from '../derived.ts'
import { PHASES } from '../phases.ts'
import type { RunRecord } from '../run-record.ts'
import { cacheWords } from './cache-words.ts'
import { egressPart } from './egress-summary.ts'
import { endWithin } from './last-lines.ts'
import { madeLine } from './made-words.ts'
import { serviceLine } from './services-words.ts'
import { testsPart } from './tests-summary.ts'
import { usagePictures } from './usage-picture.ts'

/** The sign of a task that succeeded only when it was tried again. */
export const FLAKY_SIGN = '🔁'

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

/** What a summary says in addition to its record. */
export interface SummaryParts {
  /** The end of the task's output as plain text; empty when it is of no interest. */
  readonly lastLines: string
  /** What the failure most likely means; null when that is not known. */
  readonly hint: string | null
  /** What the task changed, file by file; empty when that is not known. */
  readonly diffstat: string
  /** Name of the artifact that the record becomes; null when it is not uploaded. */
  readonly artifact: string | null
}

const NOTHING: SummaryParts = { lastLines: '', hint: null, diffstat: '', artifact: null }

/** The runner drops a step's summary whole when it is over 1 MiB; ours stays well below. */
const LONGEST_TASK_SUMMARY = 900 * 1024
const LONGEST_LINES = 16 * 1024

/**
 * The job summary of one run. A failed task's begins with why: error or hint, and the end of the output; that of one
 * that succeeded has three lines. What a record identifies is folded away, and what the task itself wrote comes last.
 */
export function summaryOf(record: RunRecord, tasksOwn: string, parts: SummaryParts = NOTHING): string {
  const isWell = record.status === 'succeeded' || record.status === 'skipped'
  const left = [
    changesOf(record),
    artifactsOf(record),
    parts.artifact && `record ${nameCell(parts.artifact)}`,
  ]
  const blocks = [
    headingOf(record),
    errorOf(record),
    parts.hint === null ? '' : `> ${escapeCell(parts.hint)}`,
    ...testsPart(record.tests),
    parts.lastLines === '' ? '' : fenced(endWithin(parts.lastLines, LONGEST_LINES)),
    usageOf(record),
    madeIn(record),
    cachesOf(record),
    servicesOf(record),
    left.filter((one) => one).join(' · '),
    egressPart(record),
    isWell || parts.diffstat === '' ? '' : fenced(parts.diffstat),
    isWell ? '' : phasesOf(record),
    isWell ? '' : usagePictures(record),
    folded('Details', [detailsOf(record), isWell ? usagePictures(record) : ''].join('\n\n').trimEnd()),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n\n${cut(tasksOwn)}`
}

/** `unit: failed (exit 1)`, `unit: succeeded at try 2, flaky`. */
function headingOf(record: RunRecord): string {
  const exit = record.status === 'failed' ? exitOf(record) : null
  const status = exit === null ? record.status : `${record.status} (exit ${exit})`
  const allowed = isAllowedFailure(record) ? ', which is allowed' : ''
  const { tries = [], flaky } = record
  const tried = tries.length > 1 ? ` at try ${tries.length}${flaky ? ', flaky' : ''}` : ''
  const sign = flaky ? FLAKY_SIGN : SIGNS[record.status]
  return `### ${sign} ${escapeCell(labelIn(record))}: ${status}${tried}${allowed}`
}

/** A message may hold all that the engine printed, or a thousand problems of a task: run.json has it whole. */
const LONGEST_MESSAGE = 8 * 1024

/** The error as a quotation, with the problems that it lists as a list. */
function errorOf({ error }: RunRecord): string {
  if (error === null) return ''
  const { message } = error
  const short = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message
  const [first = '', ...items] = short.split(/\n\s*- /).map(oneLine)
  const list = items.map((item) => `> - ${item.replace(/^[#>+~=-]/, '\\$&')}`)
  return [`> **${error.code}** ${first}`, ...(list.length > 0 ? ['>', ...list] : [])].join('\n')
}

const oneLine = (text: string): string => escapeCell(text.trim().replace(/\s*\n\s*/g, ' '))

/** `12 s · peak memory 64 MiB of 512 MiB · 3.25 s of CPU`. */
function usageOf({ durationSeconds, usage, container: { limits } }: RunRecord): string {
  const limit = limits?.memoryBytes == null ? '' : ` of ${formatBytes(limits.memoryBytes)}`
  const facts = [
    durationSeconds === null ? null : formatSeconds(durationSeconds),
    usage.peakMemoryBytes === null ? null : `peak memory ${formatBytes(usage.peakMemoryBytes)}${limit}`,
    usage.cpuSeconds === null ? null : `${formatSeconds(usage.cpuSeconds)} of CPU`,
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}

/** `Image composed in 35 s: 1.2 GiB, 14 layers · set up …`. */
const madeIn = ({ made = [] }: RunRecord): string =>
  made.length === 0 ? '' : `Image ${made.map(madeLine).join(' · ')}`

/** A line for each service. */
const servicesOf = ({ services = [] }: RunRecord): string =>
  services.map((service) => `- service ${escapeCell(serviceLine(service))}`).join('\n')

/** The caches of the task, and what the machine has too many of. */
function cachesOf(record: RunRecord): string {
  const words = cacheWords(record)
  const own = words === '' ? '' : `Caches: ${escapeCell(words)}`
  const machine = record.cacheVolumes ? machineCaches(record.cacheVolumes) : ''
  return [own, machine].filter((one) => one !== '').join('\n\n')
}

function machineCaches(found: NonNullable<RunRecord['cacheVolumes']>): string {
  const { bytes, maxBytes, largest, removed } = found
  const removedBytes = removed.reduce((sum, one) => sum + one.bytes, 0)
  const rows = largest.map((one) => `| ${escapeCell(one.name)} | ${formatBytes(one.bytes)} |`)
  return folded(
    `The caches of this machine took ${formatBytes(bytes)} of ${formatBytes(maxBytes)}; ${formatBytes(removedBytes)} were removed`,
    ['| cache | size |', '|---|---|', ...rows].join('\n'),
  )
}

function changesOf({ workspace }: RunRecord): string {
  const counts = [
    workspace?.changedFiles ? `${files(workspace.changedFiles)} written` : '',
    workspace?.deletedFiles ? `${files(workspace.deletedFiles)} deleted` : '',
  ]
  return counts.filter((one) => one !== '').join(', ')
}

function artifactsOf({ artifacts, collection }: RunRecord): string {
  const count = collection?.artifacts ?? artifacts.length
  if (count === 0) return ''
  return count === 1 ? '1 artifact' : `${count} artifacts`
}

const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`)

const WIDEST_BAR = 30

/** How long each phase was, as bars. */
function phasesOf({ phases }: RunRecord): string {
  const known = PHASES.flatMap((phase) => {
    const ms = phases[phase]
    return ms === undefined ? [] : [{ phase, ms, length: formatSeconds(ms / 1000) }]
  })
  if (known.length === 0) return ''
  const longest = Math.max(...known.map(({ ms }) => ms), 1)
  const width = Math.max(...known.map(({ length }) => length.length))
  const lines = known.map(({ phase, ms, length }) => {
    const bar = '█'.repeat(Math.round((ms / longest) * WIDEST_BAR)) || '▏'
    return `${phase.padEnd(9)}  ${length.padStart(width)}  ${bar}`
  })
  return fenced(lines.join('\n'))
}

function detailsOf(record: RunRecord): string {
  const { container, usage } = record
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
    ['Limits', limitsText(record)],
    ['Peak memory', usage.peakMemoryBytes === null ? null : formatBytes(usage.peakMemoryBytes)],
    ['CPU time', usage.cpuSeconds === null ? null : formatSeconds(usage.cpuSeconds)],
    ['Container', `\`${container.name}\``],
  ]
  const lines = rows.flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${value} |`]))
  return ['| | |', '|---|---|', ...lines].join('\n')
}

/** A name in Markdown's own marks where it has nothing in it that Markdown reads. */
const nameCell = (name: string): string => (/^[\w./:@+-]+$/.test(name) ? `\`${name}\`` : codeCell(name))

/** `137 (SIGKILL)`; null when no container ran to its end. */
function exitOf({ exitCode, signal }: RunRecord): string | null {
  if (exitCode === null) return null
  return signal === null ? String(exitCode) : `${exitCode} (${signal})`
}

function limitsText({ container: { limits } }: RunRecord): string | null {
  if (limits === null) return null
  const parts = [
    limits.cpus === null ? null : `${limits.cpus} ${limits.cpus === 1 ? 'CPU' : 'CPUs'}`,
    limits.memoryBytes === null ? null : formatBytes(limits.memoryBytes),
    limits.pids === null ? null : `${limits.pids} processes`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

function cut(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= LONGEST_TASK_SUMMARY) return text
  const kept = bytes.subarray(0, LONGEST_TASK_SUMMARY).toString('utf8')
  return `${kept.slice(0, kept.lastIndexOf('\n') + 1)}\n> The task’s summary was cut here: ${formatBytes(bytes.length)} are more than a step may have.\n`
}

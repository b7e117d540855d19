import { plainLine } from '../../formats/printable.ts'
import { formatBytes, formatSeconds } from '../../formats/units.ts'
import { labelIn } from '../derived.ts'
import type { RunRecord } from '../run-record.ts'
import { endWithin } from './last-lines.ts'

/** The annotation of a task that failed. */
interface FailureAnnotation {
  readonly title: string
  readonly message: string
}

/** Of longer messages an annotation has only the beginning, and here the end is what counts. */
const LONGEST_MESSAGE = 1_900
const LINES = 10

/**
 * How a failed task is reported: by the command's exit where it is the command's own failure, else by our error; with
 * a hint and the last lines of its output where they say more. Null when the task did not fail.
 */
export function failureAnnotation(
  record: RunRecord,
  hint: string | null,
  lastLines: string,
): FailureAnnotation | null {
  const { error, status, exitCode, signal } = record
  if (error === null && status !== 'failed') return null
  const bySignal = signal === null ? '' : `, ${signal}`
  const said = error?.message ?? `The task exited with ${exitCode}${signal === null ? '' : ` (${signal})`}.`
  const head = hint === null ? said : `${said} ${hint}`
  return {
    title: error?.code ?? `${labelIn(record)} failed (exit ${exitCode}${bySignal})`,
    message: SPEAKING.has(status) && exitCode !== 0 ? withLines(head, lastLines) : head,
  }
}

/** What ended these is in their output, if anywhere. */
const SPEAKING = new Set<RunRecord['status']>(['failed', 'timed-out', 'out-of-memory'])

function withLines(head: string, lastLines: string): string {
  if (lastLines === '') return `${head} It printed nothing.`
  const lines = lastLines.split('\n').slice(-LINES).map(plainLine).join('\n')
  const end = endWithin(lines, Math.max(0, LONGEST_MESSAGE - head.length))
  return end === '' ? head : `${head} The last lines of its output:\n${end}`
}

/** The last line of the log: `unit: succeeded in 12 s, exit 0, peak memory 64 MiB`. */
export function lastLineOf(record: RunRecord): string {
  const { status, exitCode, durationSeconds, usage, tries = [], flaky } = record
  const facts = [
    tries.length > 1 ? `at try ${tries.length}${flaky ? ' (flaky)' : ''}` : null,
    durationSeconds === null ? null : `in ${formatSeconds(durationSeconds)}`,
    exitCode === null ? null : `exit ${exitCode}`,
    usage.peakMemoryBytes === null ? null : `peak memory ${formatBytes(usage.peakMemoryBytes)}`,
    status === 'skipped' ? 'no container asked for' : null,
  ]
  return `${labelIn(record)}: ${status} ${facts.filter((fact) => fact !== null).join(', ')}`
}

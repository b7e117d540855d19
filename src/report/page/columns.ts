import { shorten } from '../../formats/text.ts'
import { formatBytes, formatSeconds } from '../../formats/units.ts'
import type { RunRecord } from '../../record/run-record.ts'
import { cacheWords } from '../../record/summary/cache-words.ts'
import type { Leg } from '../leg.ts'

/** What a table has of a leg besides its name, status and links, in this order. */
const COLUMNS = ['tests', 'time', 'exit', 'memory', 'caches', 'changes', 'image'] as const
/** One of {@link COLUMNS}. */
export type Column = (typeof COLUMNS)[number]

/** The facts of a leg as words; empty when one is not known. */
export function factsOf({ record }: Leg): Readonly<Record<Column, string>> {
  if (!record) return { tests: '', time: '', exit: '', memory: '', caches: '', changes: '', image: '' }
  const { exitCode, signal, durationSeconds, usage } = record
  return {
    tests: testsOf(record),
    time: durationSeconds === null ? '' : formatSeconds(durationSeconds),
    exit: exitCode === null ? '' : `${exitCode}${signal === null ? '' : ` (${shorten(signal, 20)})`}`,
    memory: usage.peakMemoryBytes === null ? '' : formatBytes(usage.peakMemoryBytes),
    caches: shorten(cacheWords(record), 120),
    changes: changesOf(record.workspace),
    image: shorten(record.container.image ?? '', 80),
  }
}

/** The columns in which any of the legs has something. */
export function shownColumns(legs: readonly Leg[]): readonly Column[] {
  const facts = legs.map(factsOf)
  return COLUMNS.filter((column) => facts.some((one) => one[column] !== ''))
}

/** `118 ✓ 2 ✗`. */
function testsOf({ tests }: RunRecord): string {
  if (!tests) return ''
  const { passed, failed } = tests
  return [failed > 0 ? `${failed} ✗` : '', passed > 0 || failed === 0 ? `${passed} ✓` : '']
    .filter((one) => one !== '')
    .join(' ')
}

/** `3 files +120 −4`, `2 files, 1 deleted`. */
function changesOf(workspace: RunRecord['workspace']): string {
  const [written, deleted] = [workspace?.changedFiles ?? 0, workspace?.deletedFiles ?? 0]
  if (written + deleted === 0) return ''
  const files = written + deleted === 1 ? '1 file' : `${written + deleted} files`
  const { addedLines, removedLines } = workspace ?? {}
  if (addedLines !== undefined && removedLines !== undefined)
    return `${files} +${addedLines} −${removedLines}`
  return deleted === 0 ? files : `${files}, ${deleted} deleted`
}

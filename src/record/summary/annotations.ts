import { shorten } from '../../formats/text.ts'
import * as runner from '../../github/runner.ts'
import { type AskedAnnotations, MOST_OF_A_KIND, type TaskAnnotation } from '../../github/task-annotations.ts'
import type { RunRecord } from '../run-record.ts'
import { testName } from './tests-summary.ts'

const LONGEST_MESSAGE = 1_000

/**
 * Annotates what a task's failed tests say, and then what the task itself asked for, as far as GitHub has room.
 * @param own how many errors the action itself has annotated
 */
export function annotateForTask(record: RunRecord, task: AskedAnnotations | null, own: number): void {
  const wanted = [...failedTestAnnotations(record), ...(task?.kept ?? [])]
  const shown = (['error', 'warning', 'notice'] as const).flatMap((level) =>
    wanted.filter((one) => one.level === level).slice(0, MOST_OF_A_KIND - (level === 'error' ? own : 0)),
  )
  if (shown.length === 0) return
  const left = wanted.length - shown.length + (task?.dropped ?? 0)
  const more = left === 0 ? '' : `, and ${left} more in its log`
  runner.startGroup(`Annotations of the task: ${shown.length}${more}`)
  for (const { level, message, properties } of shown) runner.annotation(level, message, properties)
  runner.endGroup()
}

/** Failed tests where they are; as warnings where the task did not fail for them. */
function failedTestAnnotations({ tests, status, allowFailure }: RunRecord): TaskAnnotation[] {
  const level = status === 'succeeded' || allowFailure ? 'warning' : 'error'
  return (tests?.failures ?? []).map(({ message, file, line, ...test }) => ({
    level,
    message: shorten(message ?? 'The test failed.', LONGEST_MESSAGE),
    properties: {
      title: shorten(testName(test), 200),
      ...(file !== null && { file, line: line ?? undefined }),
    },
  }))
}

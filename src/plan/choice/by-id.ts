import { matches } from '../../formats/star-pattern.ts'
import { failOn, nearest } from '../../task/problems.ts'
import type { PlanInputs } from '../inputs.ts'
import { type Selection, withoutThose } from './selection.ts'

/** The tasks that the inputs `include` and `exclude` choose by patterns of ids. */
export function selectById(
  selection: Selection,
  { include, exclude }: Pick<PlanInputs, 'include' | 'exclude'>,
): Selection {
  const chosen = withoutThose(selection, ({ id }) => {
    if (include && !include.some((pattern) => matches(pattern, id))) return 'not in include'
    return exclude?.some((pattern) => matches(pattern, id)) ? 'in exclude' : null
  })
  const notes = unmatched(exclude ?? [], selection).map((message) => `No task ${message}.`)
  return { ...chosen, notes: [...chosen.notes, ...notes] }
}

/**
 * Refuses a pattern of `include` that no task is like: a slip of the pen would leave out what was meant, and pass.
 * @throws TaskError ACODE-CTN-006
 */
export function checkIncluded(include: readonly string[] | undefined, selection: Selection): void {
  const problems = unmatched(include ?? [], selection)
  failOn(
    problems.map((message) => ({ field: 'input include: no task', message })),
    'Invalid input',
  )
}

/** Of each pattern that matches none of the tasks, what no task has. */
function unmatched(patterns: readonly string[], { tasks }: Selection): string[] {
  const ids = tasks.map(({ id }) => id)
  return patterns
    .filter((pattern) => !ids.some((id) => matches(pattern, id)))
    .map((pattern) => `has an id like ${pattern}${meant(pattern, ids)}`)
}

function meant(pattern: string, ids: readonly string[]): string {
  const near = nearest(pattern, ids)
  return near === undefined ? '' : ` (did you mean ${near}?)`
}

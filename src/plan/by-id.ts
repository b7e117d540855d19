import { nearest } from '../task/problems.ts'
import type { PlanInputs } from './inputs.ts'
import { type Selection, withoutThose } from './selection.ts'

/** The tasks that the inputs `include` and `exclude` choose by patterns of ids. */
export function selectById(
  selection: Selection,
  { include, exclude }: Pick<PlanInputs, 'include' | 'exclude'>,
): Selection {
  const included = include?.map(matcherOf)
  const excluded = exclude?.map(matcherOf) ?? []
  const chosen = withoutThose(selection, ({ id }) => {
    if (included && !included.some((matches) => matches(id))) return 'not in include'
    return excluded.some((matches) => matches(id)) ? 'in exclude' : null
  })
  const ids = selection.tasks.map(({ id }) => id)
  const notes = [...(include ?? []), ...(exclude ?? [])]
    .filter((pattern) => !ids.some(matcherOf(pattern)))
    .map((pattern) => `No task has an id like ${pattern}${meant(pattern, ids)}`)
  return { ...chosen, notes: [...chosen.notes, ...notes] }
}

/** `*` stands for any characters, none too; everything else for itself. */
function matcherOf(pattern: string): (id: string) => boolean {
  const literals = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const expression = new RegExp(`^${literals.join('.*')}$`, 's')
  return (id) => expression.test(id)
}

function meant(pattern: string, ids: readonly string[]): string {
  const near = nearest(pattern, ids)
  return near === undefined ? '.' : `; did you mean ${near}?`
}

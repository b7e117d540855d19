import type { PlanInputs } from './inputs.ts'
import type { PlannedTask } from './planned-task.ts'

/** What may not be meant of the tasks that are going to run, as sentences: the plan goes on all the same. */
export function planWarnings(
  tasks: readonly PlannedTask[],
  inputs: Pick<PlanInputs, 'capability-labels'>,
): string[] {
  return [...unmappedCapabilities(tasks, inputs), ...appliedChanges(tasks)]
}

/** A capability that leads to no runner: the task starts on any, and fails where that does not offer it. */
function unmappedCapabilities(
  tasks: readonly PlannedTask[],
  { 'capability-labels': mapped }: Pick<PlanInputs, 'capability-labels'>,
): string[] {
  const needing = Map.groupBy(
    tasks.flatMap(({ id, runsOn, requiredCapabilities }) =>
      runsOn === undefined ? requiredCapabilities.map((name) => ({ id, name })) : [],
    ),
    ({ name }) => name,
  )
  return [...needing]
    .filter(([name]) => name !== 'docker' && !Object.hasOwn(mapped, name))
    .map(
      ([name, found]) =>
        `The capability ${name} of ${namesOf(found)} is in no line of capability-labels: it chooses no runner. Name its labels there, or the runner in runsOn.`,
    )
}

/** Each task of a matrix has its own checkout, which ends with its job. */
function appliedChanges(tasks: readonly PlannedTask[]): string[] {
  const found = tasks.filter(({ spec }) => spec?.changes === 'apply')
  if (found.length === 0) return []
  return [
    `changes: apply of ${namesOf(found)} brings the changes to the checkout of the task’s own job, which no later job sees. With changes: patch they are in the record.`,
  ]
}

const NAMED = 5

function namesOf(tasks: readonly { readonly id: string }[]): string {
  const first = tasks.slice(0, NAMED).map(({ id }) => id)
  const rest = tasks.length - first.length
  return `${tasks.length === 1 ? 'task' : 'tasks'} ${first.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

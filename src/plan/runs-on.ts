import { z } from 'zod'
import type { TaskCheck } from './check.ts'
import type { PlannedTask } from './entry.ts'
import type { PlanInputs } from './inputs.ts'

const label = z.string().min(1, 'is empty')
const labels = z.union([label, z.array(label).min(1, 'is empty')])

/** Where a job runs, in the forms of a workflow's `runs-on`: a label, a list of labels, or a group with or without labels. */
export const runsOnSchema = z.union([labels, z.strictObject({ group: label, labels: labels.optional() })])

/** One of the forms of {@link runsOnSchema}. */
export type RunsOn = z.output<typeof runsOnSchema>

/** Where a task runs, as `runs-on` of a job takes it: its own word, else its capabilities' labels, else the input. */
export function runsOn(
  { runsOn: own, requiredCapabilities }: Pick<PlannedTask, 'runsOn' | 'requiredCapabilities'>,
  { 'runs-on': otherwise, 'capability-labels': mapped }: Pick<PlanInputs, 'runs-on' | 'capability-labels'>,
): RunsOn {
  if (own !== undefined) return own
  const all = requiredCapabilities.flatMap((name) =>
    Object.hasOwn(mapped, name) ? (mapped[name] ?? []) : [],
  )
  if (all.length === 0) return otherwise ?? DEFAULT_RUNNER
  const [group] = groupsOf(all)
  const joint = [...new Set(all.flatMap(labelsOf))]
  if (group === undefined) return joint
  return joint.length === 0 ? { group } : { group, labels: joint }
}

/** Where tasks run for which nothing else is said. */
export const DEFAULT_RUNNER = 'ubuntu-latest'

/** The groups that are named, each once. A job can be in one. */
export const groupsOf = (all: readonly RunsOn[]): string[] => [
  ...new Set(all.flatMap((one) => (isGroup(one) ? [one.group] : []))),
]

const isGroup = (one: RunsOn): one is Extract<RunsOn, { group: string }> =>
  typeof one === 'object' && !Array.isArray(one)

const labelsOf = (one: RunsOn): string[] => [isGroup(one) ? (one.labels ?? []) : one].flat()

/** The parts of a choice of runners: its labels, and its group as `group:NAME`. */
export const partsOf = (one: RunsOn): string[] => [
  ...groupsOf([one]).map((group) => `group:${group}`),
  ...labelsOf(one),
]

/** Refuses capabilities whose runners are in different groups: no job can be in two. */
export const groupCheck =
  ({ 'capability-labels': mapped }: Pick<PlanInputs, 'capability-labels'>): TaskCheck =>
  ({ runsOn: own, requiredCapabilities }) => {
    if (own !== undefined) return []
    const groups = groupsOf(
      requiredCapabilities.flatMap((name) => (Object.hasOwn(mapped, name) ? (mapped[name] ?? []) : [])),
    )
    if (groups.length < 2) return []
    const message = `are of runners in different groups (${groups.join(', ')}), and a job is in one; name its runner in runsOn`
    return [{ path: ['requiredCapabilities'], message, code: 'ACODE-CTN-012' }]
  }

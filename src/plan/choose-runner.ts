import type { PlanInputs } from './inputs.ts'
import type { PlannedTask } from './planned-task.ts'
import type { TaskCheck } from './policy/check.ts'
import { DEFAULT_RUNNER, type RunsOn, runnerGroups, runnerLabels } from './runs-on.ts'

/** Where a task runs, as `runs-on` of a job takes it: its own word, else its capabilities' labels, else the input. */
export function chooseRunner(
  { runsOn: own, requiredCapabilities }: Pick<PlannedTask, 'runsOn' | 'requiredCapabilities'>,
  { 'runs-on': otherwise, 'capability-labels': mapped }: Pick<PlanInputs, 'runs-on' | 'capability-labels'>,
): RunsOn {
  if (own !== undefined) return own
  const all = requiredCapabilities.flatMap((name) =>
    Object.hasOwn(mapped, name) ? (mapped[name] ?? []) : [],
  )
  if (all.length === 0) return otherwise ?? DEFAULT_RUNNER
  const [group] = runnerGroups(all)
  const joint = [...new Set(all.flatMap(runnerLabels))]
  if (group === undefined) return joint
  return joint.length === 0 ? { group } : { group, labels: joint }
}

/** Refuses capabilities whose runners are in different groups: no job can be in two. */
export const groupCheck =
  ({ 'capability-labels': mapped }: Pick<PlanInputs, 'capability-labels'>): TaskCheck =>
  ({ runsOn: own, requiredCapabilities }) => {
    if (own !== undefined) return []
    const groups = runnerGroups(
      requiredCapabilities.flatMap((name) => (Object.hasOwn(mapped, name) ? (mapped[name] ?? []) : [])),
    )
    if (groups.length < 2) return []
    const message = `are of runners in different groups (${groups.join(', ')}), and a job is in one; name its runner in runsOn`
    return [{ path: ['requiredCapabilities'], message, code: 'ACODE-CTN-012' }]
  }

import type { PlannedTask } from './entry.ts'
import type { PlanInputs } from './inputs.ts'

/** Where a task runs, as `runs-on` of a job takes it: its own word, else its capabilities' labels, else the input. */
export function runsOn(
  { runsOn: own, requiredCapabilities }: Pick<PlannedTask, 'runsOn' | 'requiredCapabilities'>,
  { 'runs-on': otherwise, 'capability-labels': labels }: Pick<PlanInputs, 'runs-on' | 'capability-labels'>,
): string | readonly string[] {
  if (own !== undefined) return own
  const mapped = requiredCapabilities.flatMap((name) =>
    Object.hasOwn(labels, name) ? (labels[name] ?? []) : [],
  )
  return mapped.length > 0 ? [...new Set(mapped)] : (otherwise ?? DEFAULT_RUNNER)
}

const DEFAULT_RUNNER = 'ubuntu-latest'

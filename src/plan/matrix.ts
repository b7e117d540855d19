import type { Fields } from '../task/fields.ts'
import { chooseRunner } from './choose-runner.ts'
import type { PlanInputs } from './inputs.ts'
import type { PlannedTask } from './planned-task.ts'
import type { RunsOn } from './runs-on.ts'

/** One leg of the matrix. */
export interface PlannedLeg {
  readonly id: string
  readonly 'runs-on': RunsOn
  /** A task payload in its canonical form: what is written, and no more of the defaults than the file has. */
  readonly task: {
    readonly requiredCapabilities: readonly string[]
    readonly task: { readonly id: string; readonly container?: Fields }
  }
}

/** The leg that runs a task. */
export function legOf(task: PlannedTask, inputs: PlanInputs): PlannedLeg {
  const { id, requiredCapabilities, container } = task
  return {
    id,
    'runs-on': chooseRunner(task, inputs),
    task: { requiredCapabilities, task: { id, ...(container && { container }) } },
  }
}

/**
 * The leg as the workflow gets it. The task is text: of a map, `fromJSON` in a workflow keeps one of two keys that
 * differ in case alone (`http_proxy` and `HTTP_PROXY`).
 */
export const publishedLeg = (leg: PlannedLeg) => ({ ...leg, task: JSON.stringify(leg.task) })

import type { PlannedTask } from '../planned-task.ts'

/** A task that the file has and this plan does not run, and why. */
export interface LeftOut {
  readonly id: string
  readonly reason: string
}

/** Which of the file's tasks are to run. */
export interface Selection {
  readonly tasks: readonly PlannedTask[]
  readonly left: readonly LeftOut[]
  /** How it was chosen, for the reader of log and summary. */
  readonly notes: readonly string[]
}

/** All tasks of a file. */
export const everything = (tasks: readonly PlannedTask[]): Selection => ({ tasks, left: [], notes: [] })

/** The selection without the tasks against which there is a reason. */
export function withoutThose(
  { tasks, left, notes }: Selection,
  reasonAgainst: (task: PlannedTask, index: number) => string | null,
): Selection {
  const judged = tasks.map((task, index) => ({ task, reason: reasonAgainst(task, index) }))
  return {
    tasks: judged.flatMap(({ task, reason }) => (reason === null ? [task] : [])),
    left: [
      ...left,
      ...judged.flatMap(({ task, reason }) => (reason === null ? [] : [{ id: task.id, reason }])),
    ],
    notes,
  }
}

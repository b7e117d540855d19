import type { Task } from '../../src/task/contract.ts'
import { type InputName, readInputs } from '../../src/task/inputs.ts'
import { readTask } from '../../src/task/read-task.ts'

/** Inputs as a workflow writes them: text, and empty when nothing is said. */
export type Written = Partial<Record<InputName, string>>

/** Reads inputs as the action does. */
export const inputsFrom = (written: Written) => readInputs((name) => written[name] ?? '')

/** The task that inputs describe. */
export async function taskFrom(written: Written): Promise<Task> {
  const { inputs, problems } = await inputsFrom(written)
  return readTask(inputs, problems)
}

/** The container of a task that has one. */
export async function containerFrom(written: Written): Promise<NonNullable<Task['container']>> {
  const { container } = await taskFrom(written)
  if (container === null) throw new Error('the task has no container')
  return container
}

import { fail } from './engine/runner.ts'
import { messageOf, TaskError } from './errors.ts'
import { planTasks } from './plan-tasks.ts'

try {
  await planTasks(process.env)
} catch (error) {
  fail(messageOf(error), error instanceof TaskError ? error.code : 'Internal error of the action')
}

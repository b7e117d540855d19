import { fail } from './engine/runner.ts'
import { messageOf, TaskError } from './errors.ts'
import { runTask } from './run-task.ts'

try {
  await runTask(process.env)
} catch (error) {
  fail(messageOf(error), error instanceof TaskError ? error.code : 'Internal error of the action')
}

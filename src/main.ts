import { fail } from './engine/runner.ts'
import { adviceOf, titleOf } from './errors.ts'
import { runTask } from './run-task.ts'

try {
  await runTask(process.env)
} catch (error) {
  fail(adviceOf(error), titleOf(error))
}

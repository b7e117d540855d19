import { fail } from './engine/runner.ts'
import { messageOf, TaskError } from './errors.ts'
import { reportRun } from './report-run.ts'

try {
  await reportRun(process.env)
} catch (error) {
  fail(messageOf(error), error instanceof TaskError ? error.code : 'Internal error of the action')
}

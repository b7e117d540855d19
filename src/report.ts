import { exit, fail } from './engine/runner.ts'
import { messageOf, TaskError } from './errors.ts'
import { reportRun } from './report-run.ts'

try {
  await reportRun(process.env)
} catch (error) {
  fail(messageOf(error), error instanceof TaskError ? error.code : 'Internal error of the action')
}

// A request that was given up may wait for its service for many minutes yet: it must not hold the job.
exit()

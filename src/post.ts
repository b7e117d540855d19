import { cleanUp } from './clean-up.ts'
import { warning } from './engine/runner.ts'
import { messageOf, TaskError } from './errors.ts'

// Post never masks the job's result: whatever goes wrong here is a warning.
try {
  await cleanUp()
} catch (error) {
  warning(messageOf(error), error instanceof TaskError ? error.code : 'ACODE-CTN-002')
}

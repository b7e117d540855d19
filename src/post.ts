import { cleanUp } from './clean-up.ts'
import { warning } from './engine/runner.ts'
import { outliveReaders } from './engine/signals.ts'
import { messageOf, TaskError } from './errors.ts'

outliveReaders()

// Post never masks the job's result: whatever goes wrong here is a warning.
try {
  await cleanUp()
} catch (error) {
  warning(messageOf(error), error instanceof TaskError ? error.code : 'ACODE-CTN-002')
}

// An upload that was given up may wait for its service for many minutes yet: it must not hold the job.
process.stdout.write('', () => process.exit())

import { cleanUp } from './clean-up.ts'
import { exit, outliveReaders, warning } from './engine/runner.ts'
import { runEntry } from './entry.ts'

outliveReaders()

// Post never masks the job's result: whatever goes wrong here is a warning.
await runEntry(cleanUp, warning, 'ACODE-CTN-002')

// An upload that was given up may wait for its service for many minutes yet: it must not hold the job.
exit()

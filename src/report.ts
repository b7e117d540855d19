import { exit, fail } from './engine/runner.ts'
import { runEntry } from './entry.ts'
import { reportRun } from './report-run.ts'

await runEntry(() => reportRun(process.env), fail)

// A request that was given up may wait for its service for many minutes yet: it must not hold the job.
exit()

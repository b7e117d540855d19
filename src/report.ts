import { runEntry } from './entry.ts'
import { exit, fail } from './github/runner.ts'
import { reportRun } from './report/report-run.ts'

await runEntry(() => reportRun(process.env), fail)

// A request that was given up may wait for its service for many minutes yet: it must not hold the job.
exit()

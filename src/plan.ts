import { runEntry } from './entry.ts'
import { fail } from './github/runner.ts'
import { planTasks } from './plan/plan-tasks.ts'

await runEntry(() => planTasks(process.env), fail)

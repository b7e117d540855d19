import { fail } from './engine/runner.ts'
import { runEntry } from './entry.ts'
import { planTasks } from './plan-tasks.ts'

await runEntry(() => planTasks(process.env), fail)

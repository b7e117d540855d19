import { fail } from './engine/runner.ts'
import { runEntry } from './entry.ts'
import { runTask } from './run-task.ts'

await runEntry(() => runTask(process.env), fail)

import { cleanEngine } from './clean/clean-engine.ts'
import { runEntry } from './entry.ts'
import { exit, fail } from './github/runner.ts'
import { stopSignals } from './host/signals.ts'

const signals = stopSignals()
await runEntry(() => cleanEngine(process.env, signals), fail)
exit()

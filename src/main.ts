import { stopSignals } from './engine/signals.ts'

// The rest takes a while to load: a signal that comes meanwhile counts as well.
const signals = stopSignals()
const { runMain } = await import('./run-task.ts')
await runMain(signals)

import { stopSignals } from './host/signals.ts'

// The rest takes a while to load: a signal that comes meanwhile counts as well.
const signals = stopSignals()
const { runMain } = await import('./run/run-task.ts')
await runMain(signals)

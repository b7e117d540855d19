import { stopSignals } from './host/signals.ts'

// As in main. A post that a signal ends would fail the job, and leave what main left.
const signals = stopSignals('is nothing')
const { runPost } = await import('./post/clean-up.ts')
await runPost(signals)

/** The runner's wish to end, in its degrees. */
export interface StopSignals {
  /** Aborted at the first signal: end in good order. */
  readonly cancel: AbortSignal
  /** Aborted at SIGTERM or a second signal: 2.5 s later the runner kills us. */
  readonly force: AbortSignal
  /** Aborted {@link DEADLINE_MS} after `cancel`: what is not done is given up, and what is known is written. */
  readonly late: AbortSignal
  /** Aborts `cancel`, as the first signal does, for a sign of the end that is no signal. */
  readonly end: () => void
}

/** The runner kills us 10 s after its first signal; until then the record is written and the workflow informed. */
const DEADLINE_MS = 6_000

/**
 * Listens for what the runner sends on cancel: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL. A runner that died
 * sends nothing: that our parent is gone, or the log is no longer read, counts as a cancel, too, but where `lostRunner`
 * says otherwise.
 */
export function stopSignals(lostRunner: 'cancels' | 'is nothing' = 'cancels'): StopSignals {
  const cancel = new AbortController()
  const force = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || cancel.signal.aborted) force.abort()
    cancel.abort()
  }
  const end = () => cancel.abort()
  outliveReaders(lostRunner === 'cancels' ? end : undefined)
  if (lostRunner === 'cancels') watchParent(end)
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return { cancel: cancel.signal, force: force.signal, late: soonAfter(cancel.signal, DEADLINE_MS), end }
}

const PARENT_PAUSE_MS = 1_000

/** A process whose parent ends gets another one. That of a container's is out of its sight, and always 0. */
function watchParent(onLost: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onLost()
  }, PARENT_PAUSE_MS).unref()
}

/** Aborted a while after the job was cancelled, which is what work has that is under way then. */
export function soonAfter(cancel: AbortSignal, milliseconds: number): AbortSignal {
  const late = new AbortController()
  const start = () => setTimeout(() => late.abort(new Error('the job was cancelled')), milliseconds).unref()
  if (cancel.aborted) start()
  else cancel.addEventListener('abort', start, { once: true })
  return late.signal
}

/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Keeps this process from ending where the reader of its output is gone: it has things to remove. */
function outliveReaders(onLost: () => void = () => undefined): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onLost)
}

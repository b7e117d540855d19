import { outliveReaders } from './runner.ts'

/** The runner's wish to end, in its two degrees. */
export interface StopSignals {
  /** Aborted at the first signal: end in good order. */
  readonly cancel: AbortSignal
  /** Aborted at SIGTERM or a second signal: 2.5 s later the runner kills us. */
  readonly force: AbortSignal
}

/**
 * Listens for what the runner sends on cancel: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL. A runner that died
 * sends nothing: that nobody reads the log any more counts as a cancel, too.
 */
export function stopSignals(): StopSignals {
  const cancel = new AbortController()
  const force = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || cancel.signal.aborted) force.abort()
    cancel.abort()
  }
  outliveReaders(() => cancel.abort())
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return { cancel: cancel.signal, force: force.signal }
}

/** Aborted a while after the job was cancelled, which is what work has that is under way then. */
export function soonAfter(cancel: AbortSignal, milliseconds: number): AbortSignal {
  const late = new AbortController()
  const start = () => setTimeout(() => late.abort(new Error('the job was cancelled')), milliseconds).unref()
  if (cancel.aborted) start()
  else cancel.addEventListener('abort', start, { once: true })
  return late.signal
}

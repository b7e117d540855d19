/** The runner's wish to end, in its two degrees. */
export interface StopSignals {
  /** Aborted at the first signal: end in good order. */
  readonly cancel: AbortSignal
  /** Aborted at SIGTERM or a second signal: 2.5 s later the runner kills us. */
  readonly force: AbortSignal
}

/** Listens for what the runner sends on cancel: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL. */
export function stopSignals(): StopSignals {
  const cancel = new AbortController()
  const force = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || cancel.signal.aborted) force.abort()
    cancel.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return { cancel: cancel.signal, force: force.signal }
}

/** A signal that is aborted some time after another, or after now where that is aborted already. */
export function soonAfter(signal: AbortSignal, milliseconds: number): AbortSignal {
  const later = new AbortController()
  const wait = () => void setTimeout(() => later.abort(), milliseconds).unref()
  if (signal.aborted) wait()
  else signal.addEventListener('abort', wait, { once: true })
  return later.signal
}

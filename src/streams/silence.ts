/** Ends the reports of {@link reportSilence}. */
interface SilenceReports {
  /** To be called with all output, as it comes. */
  heard(chunk: Buffer): void
  stop(): void
}

/** A task that prints nothing for so long is reported to be alive, again and again. */
const SILENCE_MS = 5 * 60_000

/** What is known when a task has been silent. */
export interface Silence {
  readonly seconds: number
  /** False when the task's output ended in the middle of a line. */
  readonly atLineStart: boolean
}

/** Reports each time that a task printed nothing for some minutes. */
export function reportSilence(report: (silence: Silence) => void): SilenceReports {
  let atLineStart = true
  let lastHeard = performance.now()
  const timer = setInterval(() => {
    report({ seconds: Math.round((performance.now() - lastHeard) / 1000), atLineStart })
    atLineStart = true
  }, SILENCE_MS)
  return {
    heard(chunk) {
      if (chunk.length === 0) return
      atLineStart = chunk.at(-1) === 0x0a
      lastHeard = performance.now()
      timer.refresh()
    },
    stop: () => clearInterval(timer),
  }
}

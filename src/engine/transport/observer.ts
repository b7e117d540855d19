import * as runner from '../../github/runner.ts'
import type { EngineObserver } from './call.ts'

/** Writes each engine call with its milliseconds to the log of a debug run, and to any log when a call is slow. */
export function logObserver(): EngineObserver {
  return {
    call({ words, milliseconds, failed }) {
      if (runner.isDebug())
        runner.debug(`${Math.round(milliseconds)} ms: ${shellLine(words)}${failed ? ' (failed)' : ''}`)
    },
    slow: (name, seconds) => runner.info(`Still waiting for the engine: ${name} (${seconds} s) …`),
  }
}

/** A call as a line for people: words that are no plain words are in the form of JSON, which the runner masks. */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word) => runner.redaction.text(word))
    .map((word) => (/^[\w@%+=:,./*-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(' ')
}

import * as runner from '../github/runner.ts'
import type { EngineObserver } from './docker.ts'

/** Tells each engine call in a debug run's log with its milliseconds, and everybody when one is slow. */
export function logObserver(): EngineObserver {
  return {
    call({ args, milliseconds, failed }) {
      if (runner.isDebug())
        runner.debug(`${Math.round(milliseconds)} ms: ${shellLine(args)}${failed ? ' (failed)' : ''}`)
    },
    slow: (args, seconds) => runner.info(`Still waiting for docker ${args[0]} (${seconds} s) …`),
  }
}

/** A call as a line for people: arguments that are no plain words are in the form of JSON, which the runner masks. */
export function shellLine(args: readonly string[]): string {
  return ['docker', ...args]
    .map((arg) => runner.redaction.text(arg))
    .map((arg) => (/^[\w@%+=:,./*-]+$/.test(arg) ? arg : JSON.stringify(arg)))
    .join(' ')
}

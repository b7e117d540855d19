import { adviceOf, titleOf } from './errors.ts'
import { exit } from './github/runner.ts'

/**
 * Runs an entry of the action to its end. What it throws is reported, and what was not caught too: Node would print
 * that raw, with whatever text of others is in it, and end the process in the same way.
 */
export async function runEntry(
  work: () => Promise<void>,
  report: (message: string, title: string) => void,
  title?: string,
): Promise<void> {
  const reportError = (error: unknown) => report(adviceOf(error), titleOf(error, title))
  process.once('uncaughtException', (error) => {
    reportError(error)
    exit()
  })
  try {
    await work()
  } catch (error) {
    reportError(error)
  }
}

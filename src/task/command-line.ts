import { QuotingError, shellWords } from '../formats/shell-words.ts'

/**
 * Splits a text into arguments as a shell does: at blanks and line ends, by quotes and backslashes. Nothing is run or
 * filled in.
 * @throws Error where a quote has no end, and where the text needs a shell
 */
export function splitCommandLine(text: string): string[] {
  try {
    return shellWords(text, true)
  } catch (error) {
    if (!(error instanceof QuotingError)) throw error
    throw new Error(`is no command line (${error.message}); use run for what needs a shell`)
  }
}

/** How a test ended. */
export type TestOutcome = 'passed' | 'failed' | 'skipped'

/** Where a test is, as its report says: the file as it is named in the task, the line from 1. */
export interface TestPlace {
  readonly file: string
  readonly line: number | null
}

/** One test, as a report has it. Texts are as long as the report has them, up to what a reader keeps. */
export interface TestCase {
  readonly name: string
  /** Class, suite or file that the test belongs to; null when the report does not say. */
  readonly suite: string | null
  readonly outcome: TestOutcome
  readonly seconds: number | null
  /** Why it failed; null when it did not, or when the report does not say. */
  readonly message: string | null
  readonly place: TestPlace | null
}

/** A text in pieces. */
export type Chunks = AsyncIterable<string>

/** Given each test of a report as it is read: a report that ends in its middle has said this much. */
export type TestSink = (test: TestCase) => void

/** A time in seconds that can be added up: reports have `NaN`, thousands with commas, and worse. */
export function reportedSeconds(text: string | number | undefined, unit = 1): number | null {
  if (text === undefined || text === '') return null
  const seconds = Number(typeof text === 'string' ? text.replaceAll(',', '') : text) * unit
  return seconds >= 0 && seconds <= LONGEST_SECONDS ? seconds : null
}

/** A hundred years. */
const LONGEST_SECONDS = 3e9

/** A line of a file, counted from 1. */
export function lineNumber(text: string | number | undefined): number | null {
  const line = Number(text)
  return Number.isSafeInteger(line) && line >= 1 ? line : null
}

import { shorten } from '../formats/text.ts'
import type { TestCase, TestPlace } from './test-case.ts'

/** A test that failed, as people are shown it. */
interface FailedTest {
  readonly name: string
  readonly suite: string | null
  readonly message: string | null
  readonly place: TestPlace | null
}

/** A test that took long. */
interface SlowTest {
  readonly name: string
  readonly suite: string | null
  readonly seconds: number
}

const MOST_FAILURES = 50
const MOST_SLOW = 10
const LONGEST_NAME = 200
const LONGEST_MESSAGE = 2_000

/** Tests that were counted, of any number: the first failures and the slowest are kept. */
export class Tally {
  passed = 0
  failed = 0
  skipped = 0
  /** Seconds of all tests; null when no report says. */
  seconds: number | null = null
  readonly failures: FailedTest[] = []
  readonly #slow: SlowTest[] = []

  get total(): number {
    return this.passed + this.failed + this.skipped
  }

  /** The slowest tests, the slowest first. */
  get slowest(): SlowTest[] {
    return this.#slow.toSorted((one, other) => other.seconds - one.seconds).slice(0, MOST_SLOW)
  }

  add(test: TestCase): void {
    this[test.outcome]++
    if (test.outcome === 'failed' && this.failures.length < MOST_FAILURES)
      this.failures.push({
        ...named(test),
        message: test.message && shorten(test.message, LONGEST_MESSAGE),
        place: test.place,
      })
    if (test.seconds === null) return
    this.seconds = (this.seconds ?? 0) + test.seconds
    this.#slow.push({ ...named(test), seconds: test.seconds })
    if (this.#slow.length > 10 * MOST_SLOW) this.#slow.splice(0, Number.POSITIVE_INFINITY, ...this.slowest)
  }
}

const named = ({ name, suite }: TestCase): Pick<SlowTest, 'name' | 'suite'> => ({
  name: shorten(name.trim() || '(no name)', LONGEST_NAME),
  suite: suite === null ? null : shorten(suite.trim(), LONGEST_NAME),
})

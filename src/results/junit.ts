import { testPlaceIn } from './place.ts'
import {
  lineNumber,
  reportedSeconds,
  type TestCase,
  type TestOutcome,
  type TestPlace,
  type TestSink,
} from './test-case.ts'
import type { XmlReader } from './xml.ts'

/** What is kept of a failure's words. */
const LONGEST_WORDS = 16 * 1024

type Attributes = Readonly<Record<string, string>>

/** A test while its element is read. */
interface Open {
  readonly attributes: Attributes
  readonly suite: Attributes
  outcome: TestOutcome
  hasFailure: boolean
  /** Of the first failure: its attribute, and what is written in it. */
  message: string
  words: string
}

/**
 * Reads JUnit XML, which has no standard: `testcase` in any depth of `testsuite`, with `failure`, `error` or
 * `skipped` in it. Reruns of Surefire are none of these: a test that passed in the end did.
 */
export function junitReader(sink: TestSink): XmlReader {
  const suites: Attributes[] = []
  let test: Open | null = null
  let isFailure = false
  return {
    open(name, attributes) {
      if (name === 'testsuite') suites.push(attributes)
      if (name === 'testcase')
        test = {
          attributes,
          suite: suites.at(-1) ?? {},
          outcome: outcomeIn(attributes),
          hasFailure: false,
          message: '',
          words: '',
        }
      if (test === null) return
      if (name === 'skipped' && test.outcome === 'passed') test.outcome = 'skipped'
      if (name !== 'failure' && name !== 'error') return
      isFailure = !test.hasFailure
      test.hasFailure = true
      test.outcome = 'failed'
      if (isFailure) test.message = attributes.message ?? attributes.type ?? ''
    },
    text(text) {
      if (test !== null && isFailure && test.words.length < LONGEST_WORDS)
        test.words += text.slice(0, LONGEST_WORDS - test.words.length)
    },
    close(name) {
      if (name === 'testsuite') suites.pop()
      if (name === 'failure' || name === 'error') isFailure = false
      if (name !== 'testcase' || test === null) return
      sink(testOf(test))
      test = null
    },
  }
}

/** Some say in an attribute what others say in an element. */
function outcomeIn({ status = '', result = '', disabled = '' }: Attributes): TestOutcome {
  const words = [status, result].map((word) => word.toLowerCase())
  if (words.some((word) => /^(fail(ed|ure)?|error)$/.test(word))) return 'failed'
  const isLeftOut = words.some((word) => /^(notrun|skipped|suppressed|disabled|ignored|pending)$/.test(word))
  return isLeftOut || disabled === 'true' ? 'skipped' : 'passed'
}

function testOf({ attributes, suite, outcome, message, words }: Open): TestCase {
  return {
    name: attributes.name ?? '',
    suite: attributes.classname || suite.name || null,
    outcome,
    seconds: reportedSeconds(attributes.time),
    message: outcome === 'failed' ? messageOf(message, words) : null,
    place: outcome === 'failed' ? testPlaceOf(attributes, suite, words) : null,
  }
}

/** A message that is only the start of what is written in the failure, or nothing, says less than that. */
function messageOf(message: string, words: string): string | null {
  const written = words.trim()
  const isSaid = message === '' || written.startsWith(message)
  return (isSaid ? written : message) || null
}

function testPlaceOf(attributes: Attributes, suite: Attributes, words: string): TestPlace | null {
  const file = attributes.file || suite.file || suite.filepath || fileIn(attributes.classname) || null
  const found = testPlaceIn(words, file)
  if (file === null || found?.line != null) return found
  return { file, line: lineNumber(attributes.line) }
}

/** Some put a test's file in the place of its class. */
const fileIn = (name: string | undefined): string | null =>
  name !== undefined && /^[\w@./+-]+\/[\w@.+-]+\.\w{1,4}$/.test(name) ? name : null

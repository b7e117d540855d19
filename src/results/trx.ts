import { testPlaceIn } from './place.ts'
import { reportedSeconds, type TestOutcome, type TestSink } from './test-case.ts'
import type { XmlReader } from './xml.ts'

const LONGEST_WORDS = 16 * 1024
const PASSED = new Set(['passed', 'passedbutrunaborted', 'warning', 'completed'])
const SKIPPED = new Set(['notexecuted', 'inconclusive', 'pending', 'disconnected', 'notrunnable'])

/** A result while its element is read. */
interface Open {
  readonly attributes: Readonly<Record<string, string>>
  /** Its rows are results themselves: of a data-driven test those are what counts. */
  hasRows: boolean
  message: string
  trace: string
}

/** Reads TRX, the results of Visual Studio and `dotnet test --logger trx`. */
export function trxReader(sink: TestSink): XmlReader {
  const open: Open[] = []
  let at = ''
  return {
    open(name, attributes) {
      at = name
      if (!/^\w*TestResult$|^TestResultAggregation$/.test(name)) return
      for (const one of open) one.hasRows = true
      open.push({ attributes, hasRows: false, message: '', trace: '' })
    },
    text(text) {
      const result = open.at(-1)
      if (result === undefined) return
      if (at === 'Message') result.message = added(result.message, text)
      if (at === 'StackTrace') result.trace = added(result.trace, text)
    },
    close(name) {
      at = ''
      if (!/^\w*TestResult$|^TestResultAggregation$/.test(name)) return
      const result = open.pop()
      if (result === undefined || result.hasRows) return
      sink(testOf(result))
    },
  }
}

const added = (text: string, more: string): string =>
  text.length < LONGEST_WORDS ? text + more.slice(0, LONGEST_WORDS - text.length) : text

function testOf({ attributes, message, trace }: Open): Parameters<TestSink>[0] {
  const outcome = outcomeOf(attributes.outcome)
  return {
    name: attributes.testName ?? '',
    suite: null,
    outcome,
    seconds: clockOf(attributes.duration),
    message: outcome === 'failed' ? message.trim() || trace.trim() || null : null,
    place: outcome === 'failed' ? testPlaceIn(`${trace}\n${message}`, null) : null,
  }
}

/** A result without an outcome is one that passed: it is the default that writers leave out. */
function outcomeOf(outcome = 'passed'): TestOutcome {
  const word = outcome.toLowerCase()
  if (PASSED.has(word)) return 'passed'
  return SKIPPED.has(word) ? 'skipped' : 'failed'
}

/** Seconds of `00:01:02.5`. */
function clockOf(text = ''): number | null {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text) ?? []
  return seconds === undefined
    ? null
    : reportedSeconds(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds))
}

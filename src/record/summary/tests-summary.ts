import { escapeCell, folded } from '../../formats/markdown.ts'
import { shorten } from '../../formats/text.ts'
import { formatSeconds } from '../../formats/units.ts'
import type { Tests } from '../run-record.ts'

/** How many failed tests a summary names. */
const MOST_FAILURES = 20
const LONGEST_MESSAGE = 300

/** `120 tests passed`, `2 of 120 tests failed, 3 skipped`. */
export function testsLine({ total, passed, failed, skipped, seconds }: Omit<Tests, 'files'>): string {
  if (total === 0) return 'No tests'
  const all = total === 1 ? '1 test' : `${total} tests`
  const count = failed > 0 ? failed : passed
  const ended = `${count === total ? all : `${count} of ${all}`} ${failed > 0 ? 'failed' : 'passed'}`
  const skips = skipped > 0 ? `${skipped} skipped` : ''
  const time = seconds === null ? '' : `in ${formatSeconds(seconds)}`
  return [ended, skips, time].filter((one) => one !== '').join(', ')
}

/** `cart › pays once`. */
export const testName = ({
  suite,
  name,
}: {
  readonly suite: string | null
  readonly name: string
}): string => (suite === null || name.startsWith(suite) ? name : `${suite} › ${name}`)

/** `src/cart.test.ts:12`; null when that is not known. */
export const failurePlace = ({ file, line }: Tests['failures'][number]): string | null =>
  file === null ? null : `${file}${line === null ? '' : `:${line}`}`

/** The failed tests as a list of Markdown, with where and why. */
export function failedTests({ failures, failed }: Tests, most = MOST_FAILURES): string {
  const lines = failures.slice(0, most).map((test) => {
    const place = failurePlace(test)
    const where = place === null ? '' : ` (${oneLine(place, 200)})`
    const why = test.message === null ? '' : `<br>${oneLine(test.message, LONGEST_MESSAGE)}`
    return `- ❌ **${oneLine(testName(test), 200)}**${where}${why}`
  })
  const left = failed - lines.length
  return [...lines, ...(left > 0 && lines.length > 0 ? [`- and ${left} more`] : [])].join('\n')
}

/** What the tests of a task say, in blocks of its summary. */
export function testsPart(tests: Tests | null | undefined): string[] {
  if (tests == null) return []
  const slowest = tests.slowest.map(
    (test) => `- ${formatSeconds(test.seconds)}: ${oneLine(testName(test), 200)}`,
  )
  const partial = tests.files.flatMap(({ name, fault }) => (fault === null ? [] : [`${name} (${fault})`]))
  return [
    `${tests.failed > 0 ? '❌' : '✅'} ${testsLine(tests)}`,
    failedTests(tests),
    partial.length === 0 ? '' : `> Not whole: ${oneLine(partial.join(', '), 1000)}`,
    slowest.length === 0 ? '' : folded('Slowest tests', slowest.join('\n')),
  ]
}

const oneLine = (text: string, longest: number): string =>
  escapeCell(shorten(text.trim().replace(/\s+/g, ' '), longest))

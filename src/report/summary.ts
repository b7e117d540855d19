import { codeCell, escapeCell, fenced, folded } from '../formats/markdown.ts'
import { shorten } from '../formats/text.ts'
import { endWithin, lastLines } from '../record/summary/last-lines.ts'
import { failedTests, testsLine } from '../record/summary/tests-summary.ts'
import { cleanupOf } from './cleanup.ts'
import type { Leg } from './leg.ts'
import { madeLines } from './made.ts'
import type { JobNotes } from './needs.ts'
import { type Column, factsOf, shownColumns } from './page/columns.ts'
import { ganttOf } from './page/gantt.ts'
import { escapeMarkup } from './page/markup.ts'
import { textSparkline } from './page/sparkline.ts'
import { statusOf } from './page/status-words.ts'
import { headline, legFailure, signOfLeg, signOfRun, subline } from './page/words.ts'
import type { Report } from './report.ts'
import { servicesOf } from './services.ts'
import { hasAllowedFailure, isFailure, spansOf, type Totals, withoutSpan } from './totals.ts'

/** The runner drops a step's summary whole when it is over 1 MiB. Together the parts stay well below. */
const TABLE_BYTES = 300 * 1024
const FAILURES_BYTES = 400 * 1024
const LOG_BYTES = 16 * 1024
const LIST_BYTES = 32 * 1024
/** More tasks than this are folded away, also where all passed. */
const MOST_OPEN = 30
/** Of more failures than this, each is folded. */
const MOST_OPEN_LOGS = 5

/** The job summary of a run (ACT-4), of at most so many lines of each failed log. */
export function summaryOf(
  legs: readonly Leg[],
  totals: Totals,
  logLines: number,
  { alarms, warnings }: JobNotes = { alarms: [], warnings: [] },
  { trend, link }: Pick<Report, 'trend' | 'link'> = { trend: [], link: null },
): string {
  const failures = legs.filter(isFailure)
  const others = legs.filter((leg) => !isFailure(leg))
  const parts = [
    `## ${alarms.length > 0 ? '❌' : signOfRun(totals)} ${headline(totals)}`,
    [subline(totals), isLink(link) ? `[Open the page](${link})` : ''].filter((one) => one !== '').join(' · '),
    ...alarms.map((text) => `> ❌ ${note(text)}`),
    ...warnings.map((text) => `> ⚠️ ${note(text)}`),
    trendPart(trend),
    table(failures, TABLE_BYTES / 2),
    failuresPart([...failures, ...legs.filter(hasAllowedFailure)], logLines),
    othersPart(others, failures.length),
    timeline(legs),
    listPart('Images made', madeLines(legs)),
    listPart('Services', servicesOf(legs)),
    listPart('Kept back by egress', egressOf(legs)),
    listPart('What cleanup found', cleanupOf(legs)),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The summary of a run whose tasks are not known. */
export const unplannedSummary = (why: string): string => `## ❌ No report\n\n${note(why)}\n`

const note = (text: string): string => escapeCell(shorten(text.replace(/\s+/g, ' '), 2000))

/** What did not fail; folded away where something did, or where it is long. */
function othersPart(others: readonly Leg[], failures: number): string {
  const rows = table(others, TABLE_BYTES / 2)
  if (failures === 0 && others.length <= MOST_OPEN) return rows
  return others.length === 0 ? '' : folded(foldedTitle(others.length, failures), rows)
}

function trendPart(lines: readonly string[]): string {
  return lines.map((line) => `- ${note(line)}`).join('\n')
}

const foldedTitle = (others: number, failures: number): string => {
  if (failures === 0) return `All ${others} tasks`
  return others === 1 ? 'The other task' : `The other ${others} tasks`
}

function table(legs: readonly Leg[], bytes: number): string {
  if (legs.length === 0) return ''
  const columns = shownColumns(legs)
  const rows = fitting(
    legs.map((leg) => row(leg, columns)),
    bytes,
    (left) => `\n\n${left} more are on the page.`,
  )
  return `| ${['task', 'status', ...columns].join(' | ')} | |\n${'|---'.repeat(columns.length + 3)}|\n${rows}`
}

function row(leg: Leg, columns: readonly Column[]): string {
  const facts = factsOf(leg)
  const cells = [
    named(leg),
    unbroken(`${signOfLeg(leg)} ${statusOf(leg)}`),
    ...columns.map((column) => fact(leg, column, facts[column])),
    isLink(leg.link) ? `[record](${leg.link})` : '',
  ]
  return `| ${cells.join(' | ')} |`
}

function fact(leg: Leg, column: Column, text: string): string {
  if (column === 'image') return text === '' ? '' : codeCell(text)
  const curve = column === 'memory' ? textSparkline(leg) : ''
  return unbroken(escapeCell(text)) + (curve === '' ? '' : `&nbsp;${curve}`)
}

/** A task's name leads to its job's log, or else to its record. */
function named({ id, record, link }: Leg): string {
  const url = [record?.job?.url, link].find(isLink)
  const text = escapeCell(oneLine(id))
  return url ? `[${text.trim() || '…'}](${url})` : text
}

const oneLine = (text: string): string => shorten(text.replace(/\s+/g, ' '), 100)

/** Short facts stay on one line; a wide table would have to be scrolled. */
const unbroken = (text: string): string => (text.length <= 14 ? text.replaceAll(' ', '&nbsp;') : text)

/** Records are what a job says: only an address without anything else in it becomes a link. */
const isLink = (url: string | null | undefined): url is string => /^https?:\/\/[\w.:/-]+$/.test(url ?? '')

/** No colour alone says how a task ended. */
const LEGEND = 'A bar is the time of a task: ✓ passed, ✗ failed (red); ◇ left no record, and has no time.'

function timeline(legs: readonly Leg[]): string {
  const spans = spansOf(legs)
  const gantt = ganttOf(spans, withoutSpan(legs))
  if (!gantt || spans.length < 2) return ''
  const title =
    gantt.shown < spans.length
      ? `Timeline of ${gantt.shown} of ${spans.length} tasks: those that failed, then the longest`
      : 'Timeline'
  return `### ${title}\n\n\`\`\`mermaid\n${gantt.text}\n\`\`\`\n\n${LEGEND}`
}

function failuresPart(failures: readonly Leg[], logLines: number): string {
  if (failures.length === 0) return ''
  const each = Math.min(LOG_BYTES, FAILURES_BYTES / failures.length / 2)
  const parts = fitting(
    failures.map((leg) => failurePart(leg, logLines, each, failures.length <= MOST_OPEN_LOGS)),
    FAILURES_BYTES,
    (left) => `\n\n${left} more are on the page.`,
  )
  return `### What went wrong\n\n${parts}`
}

function failurePart(leg: Leg, logLines: number, logBytes: number, isOpen: boolean): string {
  const why = escapeCell(legFailure(leg).replace(/\s+/g, ' '))
  // Markdown is not read within a tag's own lines.
  const title = `${signOfLeg(leg)} <b>${escapeMarkup(oneLine(leg.id))}</b>: ${statusOf(leg)}`
  const lines = endWithin(lastLines(leg.logEnd ?? '', logLines), logBytes)
  const blocks = [why, testsOf(leg), lines === '' ? '' : fenced(lines)].filter((block) => block !== '')
  return `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n\n${blocks.join('\n\n')}\n\n</details>`
}

/** How many failed tests the summary names of each task. */
const MOST_TESTS = 5

function testsOf({ record }: Leg): string {
  const tests = record?.tests
  if (!tests) return ''
  return [testsLine(tests), failedTests(tests, MOST_TESTS)].filter((one) => one !== '').join('\n\n')
}

function listPart(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const list = fitting(
    lines.map((line) => `- ${escapeCell(shorten(line.replace(/\s+/g, ' '), 500))}`),
    LIST_BYTES,
    (left) => `\n- and ${left} more`,
  )
  return folded(`${title} (${lines.length})`, list)
}

/** The first of the lines that fit into so many bytes, and a word about the rest. */
function fitting(lines: readonly string[], bytes: number, rest: (left: number) => string): string {
  let used = 0
  const first = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 1
    return used > bytes
  })
  return first === -1 ? lines.join('\n') : lines.slice(0, first).join('\n') + rest(lines.length - first)
}

/** Hosts that tasks were kept from, one line for each task. */
export const egressOf = (legs: readonly Leg[]): string[] =>
  legs.flatMap(({ id, record }) => {
    const denied = record?.egress?.denied ?? []
    if (denied.length === 0) return []
    const lines = [...new Set(denied.flatMap(({ line }) => (line === null ? [] : [line])))]
    const hosts = [...new Set(denied.map(({ host, port }) => `${host}:${port}`))]
    const how = lines.length === 0 ? '' : `; lines that allow them: ${lines.join(', ')}`
    return [`${id}: ${hosts.join(', ')}${how}`]
  })

import { codeCell, escapeCell, fenced, folded } from '../formats/markdown.ts'
import { shorten } from '../formats/text.ts'
import { endWithin, lastLines } from '../record/last-lines.ts'
import { cleanupOf } from './cleanup.ts'
import { ganttOf } from './gantt.ts'
import type { Leg } from './leg.ts'
import { escapeMarkup } from './markup.ts'
import type { JobNotes } from './needs.ts'
import { isAllowed, isFailure, spansOf, statusOf, type Totals } from './totals.ts'
import { COLUMNS, factsOf, failureOf, headline, signOf, subline } from './words.ts'

/** The runner drops a step's summary whole when it is over 1 MiB. Together the parts stay well below. */
const TABLE_BYTES = 300 * 1024
const FAILURES_BYTES = 400 * 1024
const LOG_BYTES = 16 * 1024
const CLEANUP_BYTES = 32 * 1024
/** Of more tasks than this, those that passed are folded away. */
const MOST_OPEN = 30
/** Of more failures than this, each is folded. */
const MOST_OPEN_LOGS = 5

/** The job summary of a run (ACT-4), of at most so many lines of each failed log. */
export function summaryOf(
  legs: readonly Leg[],
  totals: Totals,
  logLines: number,
  { alarms, warnings }: JobNotes = { alarms: [], warnings: [] },
): string {
  const failures = legs.filter(isFailure)
  const parts = [
    `## ${totals.failed > 0 || alarms.length > 0 ? '❌' : '✅'} ${headline(totals)}`,
    subline(totals),
    ...alarms.map((text) => `> ❌ ${note(text)}`),
    ...warnings.map((text) => `> ⚠️ ${note(text)}`),
    ...tables(legs, failures),
    timeline(legs),
    failuresPart([...failures, ...legs.filter(isAllowed)], logLines),
    cleanupPart(cleanupOf(legs)),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The summary of a run whose tasks are not known. */
export const unplannedSummary = (why: string): string => `## ❌ No report\n\n${note(why)}\n`

const note = (text: string): string => escapeCell(shorten(text.replace(/\s+/g, ' '), 2000))

function tables(legs: readonly Leg[], failures: readonly Leg[]): string[] {
  const others = legs.filter((leg) => !isFailure(leg))
  if (legs.length <= MOST_OPEN) return [table([...failures, ...others], TABLE_BYTES)]
  return [
    table(failures, TABLE_BYTES / 2),
    others.length === 0
      ? ''
      : folded(foldedTitle(others.length, failures.length), table(others, TABLE_BYTES / 2)),
  ]
}

const foldedTitle = (others: number, failures: number): string => {
  if (failures === 0) return `All ${others} tasks`
  return others === 1 ? 'The other task' : `The other ${others} tasks`
}

function table(legs: readonly Leg[], bytes: number): string {
  if (legs.length === 0) return ''
  const rows = fitting(legs.map(row), bytes, (left) => `\n\n${left} more are on the page.`)
  return `| task | status | ${COLUMNS.join(' | ')} | |\n|---|---|${'---|'.repeat(COLUMNS.length + 1)}\n${rows}`
}

function row(leg: Leg): string {
  const [image = '', ...facts] = factsOf(leg)
  const cells = [
    cell(leg.id),
    unbroken(`${signOf(leg.status)} ${statusOf(leg)}`),
    image === '' ? '' : codeCell(image),
    ...facts.map((fact) => unbroken(escapeCell(fact))),
    linked(leg),
  ]
  return `| ${cells.join(' | ')} |`
}

const cell = (text: string): string => escapeCell(oneLine(text))
const oneLine = (text: string): string => shorten(text.replace(/\s+/g, ' '), 100)

function linked({ record, link }: Leg): string {
  const job = record?.job?.url
  const links = [isLink(job) ? `[job](${job})` : null, isLink(link) ? `[record](${link})` : null]
  return links.filter((one) => one !== null).join('&nbsp;·&nbsp;')
}

/** Short facts stay on one line; a wide table would have to be scrolled. */
const unbroken = (text: string): string => (text.length <= 14 ? text.replaceAll(' ', '&nbsp;') : text)

/** Records are what a job says: only an address without anything else in it becomes a link. */
const isLink = (url: string | null | undefined): boolean => /^https?:\/\/[\w.:/-]+$/.test(url ?? '')

function timeline(legs: readonly Leg[]): string {
  const spans = spansOf(legs)
  const gantt = ganttOf(spans)
  if (!gantt || spans.length < 2) return ''
  const title =
    gantt.shown < spans.length
      ? `Timeline of ${gantt.shown} of ${spans.length} tasks: those that failed, then the longest`
      : 'Timeline'
  return `### ${title}\n\n\`\`\`mermaid\n${gantt.text}\n\`\`\``
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
  const why = escapeCell(failureOf(leg).replace(/\s+/g, ' '))
  // Markdown is not read within a tag's own lines.
  const title = `${signOf(leg.status)} <b>${escapeMarkup(oneLine(leg.id))}</b>: ${statusOf(leg)}`
  const lines = endWithin(lastLines(leg.logEnd ?? '', logLines), logBytes)
  const log = lines === '' ? '' : `\n\n${fenced(lines)}`
  return `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n\n${why}${log}\n\n</details>`
}

function cleanupPart(lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const list = fitting(
    lines.map((line) => `- ${escapeCell(shorten(line.replace(/\s+/g, ' '), 500))}`),
    CLEANUP_BYTES,
    (left) => `\n- and ${left} more`,
  )
  return folded(`What cleanup found (${lines.length})`, list)
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

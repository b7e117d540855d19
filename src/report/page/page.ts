import { lastLines } from '../../record/summary/last-lines.ts'
import { failurePlace, testName, testsLine } from '../../record/summary/tests-summary.ts'
import { cleanupOf } from '../cleanup.ts'
import type { Leg } from '../leg.ts'
import { madeLines } from '../made.ts'
import { servicesOf } from '../services.ts'
import { hasAllowedFailure, isFailure, isFlaky, spansOf, type Totals, withoutSpan } from '../totals.ts'
import { type Column, factsOf, shownColumns } from './columns.ts'
import { escapeMarkup } from './markup.ts'
import { STYLE } from './page-style.ts'
import { sparkline } from './sparkline.ts'
import { STATUS_WORDS, statusOf } from './status-words.ts'
import { barKind, COLOURS, svgOf } from './svg.ts'
import { headline, legFailure, signOfLeg, signOfRun, statusSign, subline } from './words.ts'

/** Lines of a failed log on the page, which has more room than a summary. */
const LOG_LINES = 200
/** Of more failures than this, each is folded. */
const MOST_OPEN = 10

/** The whole run as one page that needs nothing else: no script, no request, light or dark as its reader has it. */
export function pageOf(
  legs: readonly Leg[],
  totals: Totals,
  title: string,
  trend: readonly string[] = [],
): string {
  const failures = legs.filter(isFailure)
  const wrong = [...failures, ...legs.filter(hasAllowedFailure)]
  const others = legs.filter((leg) => !isFailure(leg))
  const renamed = legs.flatMap(renamedIn)
  const parts = [
    `<h1>${signOfRun(totals)} ${headline(totals)}</h1>\n<p>${escapeMarkup(title)}<br>${subline(totals)}</p>`,
    list('Compared with earlier runs', trend),
    failures.length === 0 ? '' : `<h2>Failed</h2>\n${table(failures)}`,
    wrong.length === 0
      ? ''
      : `<h2>What went wrong</h2>\n${wrong.map((leg) => failure(leg, wrong.length <= MOST_OPEN)).join('\n')}`,
    passedPart(others, failures.length > 0),
    timelinePart(legs),
    list('Images made', madeLines(legs)),
    list('Services', servicesOf(legs)),
    list('What cleanup found', cleanupOf(legs)),
    renamed.length === 0
      ? ''
      : `<h2>Artifacts under another name</h2>\n<div class="frame"><table><tr><th>task</th><th>file</th><th>name</th></tr>${renamed.join('')}</table></div>`,
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
<main>
${parts.filter((part) => part !== '').join('\n')}
</main>
</html>
`
}

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0
    ? ''
    : `<h2>${title}</h2>\n<ul>${lines.map((line) => `<li>${escapeMarkup(line)}</li>`).join('')}</ul>`

/** What did not fail; folded away where something did. */
function passedPart(legs: readonly Leg[], isFolded: boolean): string {
  if (legs.length === 0) return ''
  if (!isFolded) return `<h2>Tasks</h2>\n${table(legs)}`
  const title = legs.length === 1 ? 'The other task' : `The other ${legs.length} tasks`
  return `<h2>Others</h2>\n<details><summary>${title}</summary>\n${table(legs)}\n</details>`
}

function table(legs: readonly Leg[]): string {
  const columns = shownColumns(legs)
  const head = ['task', 'status', ...columns, ''].map((name) => `<th>${name}</th>`).join('')
  return `<div class="frame"><table>\n<tr>${head}</tr>\n${legs.map((leg) => row(leg, columns)).join('\n')}\n</table></div>`
}

function row(leg: Leg, columns: readonly Column[]): string {
  const facts = factsOf(leg)
  const cells = columns.map(
    (column) => `<td>${escapeMarkup(facts[column])}${column === 'memory' ? sparkline(leg) : ''}</td>`,
  )
  const name = linked(leg.id, leg.record?.job?.url ?? leg.link)
  return `<tr><td>${name}</td><td>${signOfLeg(leg)} ${statusOf(leg)}</td>${cells.join('')}<td>${leg.link === null ? '' : linked('record', leg.link)}</td></tr>`
}

/** Artifacts whose own names could not travel. */
const renamedIn = ({ id, record }: Leg): string[] =>
  (record?.collection?.renamed ?? []).map(
    ({ name, file }) =>
      `<tr>${[id, file, name].map((text) => `<td>${escapeMarkup(text)}</td>`).join('')}</tr>`,
  )

/** A record is what a job says: nothing but an address of the web becomes a link. */
const linked = (text: string, url: string | null): string =>
  url !== null && /^https?:/.test(url)
    ? `<a href="${escapeMarkup(url)}">${escapeMarkup(text)}</a>`
    : escapeMarkup(text)

function failure(leg: Leg, isOpen: boolean): string {
  const log = lastLines(leg.logEnd ?? '', LOG_LINES)
  const blocks = [
    `<summary>${signOfLeg(leg)} <b>${escapeMarkup(leg.id)}</b>: ${statusOf(leg)}</summary>`,
    `<p>${escapeMarkup(legFailure(leg))}</p>`,
    failedTestsOf(leg),
    log === '' ? '' : `<pre class="log"><code>${escapeMarkup(log)}</code></pre>`,
  ]
  return `<details${isOpen ? ' open' : ''}>${blocks.filter((block) => block !== '').join('\n')}</details>`
}

function failedTestsOf({ record }: Leg): string {
  const tests = record?.tests
  if (!tests) return ''
  const items = tests.failures.map((test) => {
    const place = failurePlace(test)
    const why = test.message === null ? '' : `<pre>${escapeMarkup(test.message)}</pre>`
    return `<li><b>${escapeMarkup(testName(test))}</b>${place === null ? '' : ` (${escapeMarkup(place)})`}${why}</li>`
  })
  return `<p>${escapeMarkup(testsLine(tests))}</p>${items.length === 0 ? '' : `\n<ul>${items.join('')}</ul>`}`
}

function timelinePart(legs: readonly Leg[]): string {
  const spans = spansOf(legs)
  if (spans.length === 0) return ''
  const picture = svgOf(spans, withoutSpan(legs))
  return `<h2>Timeline</h2>\n${legend(legs, picture)}\n<div class="frame">${picture}</div>`
}

/** What the timeline's colours and lines mean, of those that are in it. */
function legend(legs: readonly Leg[], picture: string): string {
  const kinds = Object.keys(COLOURS).flatMap((kind) => legs.find((leg) => barKind(leg) === kind) ?? [])
  const waits = picture.includes('class="wait"')
  const keys = [
    ...kinds.map((leg) =>
      key(barKind(leg), `${signOfLeg(leg)} ${isFlaky(leg) ? statusOf(leg) : STATUS_WORDS[leg.status]}`),
    ),
    key('before', 'lighter: image, workspace and cleanup'),
    waits ? key('wait', 'waiting, since the first task started') : '',
    withoutSpan(legs).length === 0 ? '' : key('none', `${statusSign('missing')} no record`),
  ]
  return `<ul class="legend">${keys.join('')}</ul>`
}

const key = (kind: string, words: string): string => `<li><span class="key ${kind}"></span>${words}</li>`

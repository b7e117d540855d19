import { lastLines } from '../record/last-lines.ts'
import { cleanupOf } from './cleanup.ts'
import type { Leg } from './leg.ts'
import { escapeMarkup } from './markup.ts'
import { svgOf } from './svg.ts'
import { isAllowed, isFailure, spansOf, statusOf, type Totals } from './totals.ts'
import { COLUMNS, factsOf, failureOf, headline, signOf, subline } from './words.ts'

/** Lines of a failed log on the page, which has more room than a summary. */
const LOG_LINES = 200

/** The whole run as one page that needs nothing else: no script, no request, light or dark as its reader has it. */
export function pageOf(legs: readonly Leg[], totals: Totals, title: string): string {
  const failures = legs.filter(isFailure)
  const ordered = [...failures, ...legs.filter((leg) => !isFailure(leg))]
  const wrong = [...failures, ...legs.filter(isAllowed)]
  const spans = spansOf(legs)
  const cleanup = cleanupOf(legs)
  const renamed = legs.flatMap(renamedIn)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
<main>
<h1>${totals.failed > 0 ? '❌' : '✅'} ${headline(totals)}</h1>
<p>${escapeMarkup(title)}<br>${subline(totals)}</p>
${spans.length === 0 ? '' : `<h2>Timeline</h2>\n${svgOf(spans)}`}
<h2>Tasks</h2>
<table>
<tr><th>task</th><th>status</th>${COLUMNS.map((name) => `<th>${name}</th>`).join('')}<th></th></tr>
${ordered.map(row).join('\n')}
</table>
${wrong.length === 0 ? '' : `<h2>What went wrong</h2>\n${wrong.map(failure).join('\n')}`}
${cleanup.length === 0 ? '' : `<h2>What cleanup found</h2>\n<ul>${cleanup.map((line) => `<li>${escapeMarkup(line)}</li>`).join('')}</ul>`}
${renamed.length === 0 ? '' : `<h2>Artifacts under another name</h2>\n<table><tr><th>task</th><th>file</th><th>name</th></tr>${renamed.join('')}</table>`}
</main>
</html>
`
}

function row(leg: Leg): string {
  const facts = factsOf(leg).map((fact) => `<td>${escapeMarkup(fact)}</td>`)
  const links = `${linked('job', leg.record?.job?.url)} ${linked('record', leg.link)}`
  return `<tr><td>${escapeMarkup(leg.id)}</td><td>${signOf(leg.status)} ${statusOf(leg)}</td>${facts.join('')}<td>${links}</td></tr>`
}

/** Artifacts whose own names could not travel. */
const renamedIn = ({ id, record }: Leg): string[] =>
  (record?.collection?.renamed ?? []).map(
    ({ name, file }) =>
      `<tr>${[id, file, name].map((text) => `<td>${escapeMarkup(text)}</td>`).join('')}</tr>`,
  )

/** A record is what a job says: nothing but an address of the web becomes a link. */
const linked = (text: string, url: string | null | undefined): string =>
  url && /^https?:/.test(url) ? `<a href="${escapeMarkup(url)}">${text}</a>` : ''

function failure(leg: Leg): string {
  const log = lastLines(leg.logEnd ?? '', LOG_LINES)
  return `<details><summary>${signOf(leg.status)} <b>${escapeMarkup(leg.id)}</b>: ${statusOf(leg)}</summary>
<p>${escapeMarkup(failureOf(leg))}</p>
${log === '' ? '' : `<pre>${escapeMarkup(log)}</pre>`}
</details>`
}

const STYLE = `
:root{color-scheme:light dark;--line:#d0d7de;--soft:#656d76;--back:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--line:#30363d;--soft:#8b949e;--back:#161b22}}
body{margin:0;font:14px/1.5 -apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
main{max-width:1100px;margin:0 auto;padding:24px}
h1{font-size:24px;margin:0}h2{font-size:18px;margin:32px 0 12px}p{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td+td{white-space:nowrap}td:nth-child(3){white-space:normal}th{color:var(--soft);font-weight:600;white-space:nowrap}
details{border:1px solid var(--line);border-radius:6px;padding:8px 12px;margin:8px 0}summary{cursor:pointer}
pre{background:var(--back);padding:12px;border-radius:6px;overflow:auto;font-size:12px}
svg{width:100%;height:auto}`

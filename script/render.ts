/**
 * Renders the summary of a failed task, and the report of 12 and of 256 tasks, as GitHub shows the summary and as
 * browsers of three widths show the page, light and dark:
 * `node script/render.ts [FOLDER]`. It needs Chromium.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CHROMIUM, githubPage, screenshot } from '../__tests__/support/chromium.ts'
import { FAILED_PARTS, FAILED_RECORD } from '../__tests__/support/failed-record.ts'
import { legsOfRun } from '../__tests__/support/report-legs.ts'
import { summaryOf as taskSummaryOf } from '../src/record/summary/summary.ts'
import { pageOf } from '../src/report/page/page.ts'
import { summaryOf } from '../src/report/summary.ts'
import { totalsOf } from '../src/report/totals.ts'

const folder = process.argv[2] ?? 'build/pictures'
if (CHROMIUM === null) throw new Error('Chromium is not installed: on Debian, apt-get install chromium')
mkdirSync(folder, { recursive: true })
screenshot(
  githubPage(taskSummaryOf(FAILED_RECORD, '', FAILED_PARTS), false),
  join(folder, 'failed-task.png'),
  [1040, 1390],
)
for (const count of [12, 256])
  for (const dark of [false, true]) {
    const legs = legsOfRun(count)
    const totals = totalsOf(legs)
    const look = dark ? '-dark' : ''
    const height = count === 12 ? 2600 : 3600
    const summary = githubPage(summaryOf(legs, totals, 20), dark)
    screenshot(summary, join(folder, `summary-${count}${look}.png`), [1040, height], dark)
    for (const width of [390, 1040, 1600]) {
      const file = join(folder, `page-${count}-${width}${look}.png`)
      screenshot(pageOf(legs, totals, 'octo/repo · Tests #7'), file, [width, height], dark)
      console.log(file)
    }
  }

/**
 * Renders the report of 12 and of 256 tasks, as GitHub shows the summary and as a browser shows the page:
 * `node script/render.ts [FOLDER]`. It needs Chromium.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CHROMIUM, githubPage, screenshot } from '../__tests__/support/chromium.ts'
import { legsOfRun } from '../__tests__/support/report-legs.ts'
import { pageOf } from '../src/report/page.ts'
import { summaryOf } from '../src/report/summary.ts'
import { totalsOf } from '../src/report/totals.ts'

const folder = process.argv[2] ?? 'build/pictures'
if (CHROMIUM === null) throw new Error('Chromium is not installed: on Debian, apt-get install chromium')
mkdirSync(folder, { recursive: true })
for (const count of [12, 256])
  for (const dark of [false, true]) {
    const legs = legsOfRun(count)
    const totals = totalsOf(legs)
    const name = `${count}${dark ? '-dark' : ''}.png`
    const height = count === 12 ? 2200 : 3000
    screenshot(githubPage(summaryOf(legs, totals, 20), dark), join(folder, `summary-${name}`), height, dark)
    screenshot(pageOf(legs, totals, 'octo/repo · Tests #7'), join(folder, `page-${name}`), height, dark)
    console.log(`${folder}/{summary,page}-${name}`)
  }

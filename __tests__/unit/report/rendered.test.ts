import { describe, expect, it } from 'vitest'
import { pageOf } from '../../../src/report/page.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { totalsOf } from '../../../src/report/totals.ts'
import { CHROMIUM, githubPage, renderedDom } from '../../support/chromium.ts'
import { legsOfRun, legWith } from '../../support/report-legs.ts'

const count = (dom: string, pattern: RegExp): number => dom.match(pattern)?.length ?? 0

if (CHROMIUM === null)
  console.warn('The report is not rendered: there is no Chromium (on Debian, apt-get install chromium).')

describe.skipIf(CHROMIUM === null)('the report in a browser (skipped where there is no Chromium)', () => {
  it.each([12, 256])('ACT-4 shows the summary of %i tasks with its timeline drawn', (tasks) => {
    const legs = legsOfRun(tasks)
    const dom = renderedDom(githubPage(summaryOf(legs, totalsOf(legs), 20)))
    expect(dom).not.toMatch(/Syntax error/)
    expect(count(dom, /<rect[^>]*class="task /g)).toBe(tasks === 12 ? 10 : 40)
    expect(count(dom, /<tr>/g)).toBe(tasks === 12 ? 13 : 258)
  })

  it('CTN-4 draws the timeline of tasks with names that Mermaid would read', () => {
    const names = [
      'section x',
      'a:b, c;d #e',
      'click t0 href "javascript:alert(1)"',
      '%% x',
      'title',
      '<b>',
      'end',
      'ünit 日本',
    ]
    const legs = names.map((name, index) => legWith(name, 'succeeded', [index, 5]))
    const dom = renderedDom(githubPage(summaryOf(legs, totalsOf(legs), 20)))
    expect(dom).not.toMatch(/Syntax error/)
    expect(count(dom, /<rect[^>]*class="task /g)).toBe(names.length)
  })

  it.each([12, 256])('ACT-4 shows the page of %i tasks', (tasks) => {
    const legs = legsOfRun(tasks)
    const dom = renderedDom(pageOf(legs, totalsOf(legs), 'octo/repo'))
    expect(count(dom, /<rect class="whole /g)).toBe(tasks === 12 ? 10 : 238)
    expect(count(dom, /<tr>/g)).toBe(tasks + 1)
  })
})

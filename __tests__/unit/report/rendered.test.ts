import { describe, expect, it } from 'vitest'
import { summaryOf as taskSummaryOf } from '../../../src/record/summary/summary.ts'
import { pageOf } from '../../../src/report/page/page.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { totalsOf } from '../../../src/report/totals.ts'
import { CHROMIUM, githubPage, layoutOf, renderedDom } from '../../support/chromium.ts'
import { legsOfRun, legWith } from '../../support/report-legs.ts'

const count = (dom: string, pattern: RegExp): number => dom.match(pattern)?.length ?? 0

if (CHROMIUM === null)
  console.warn('The report is not rendered: there is no Chromium (on Debian, apt-get install chromium).')

describe.skipIf(CHROMIUM === null)('the report in a browser (skipped where there is no Chromium)', () => {
  it.each([12, 256])('ACT-4 shows the summary of %i tasks with its timeline drawn', (tasks) => {
    const legs = legsOfRun(tasks)
    const dom = renderedDom(githubPage(summaryOf(legs, totalsOf(legs), 20)))
    expect(dom).not.toMatch(/Syntax error/)
    expect(count(dom, /<rect[^>]*class="task /g)).toBe(tasks === 12 ? 10 + 1 : 40 + 9)
    expect(count(dom, /<tr>/g)).toBe(tasks + 2)
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
    expect(count(dom, /<rect class="none"/g)).toBe(tasks === 12 ? 1 : 9)
    expect(count(dom, /<tr>/g)).toBe(tasks + 2)
  })

  it.each([
    { tasks: 12, width: 390 },
    { tasks: 256, width: 390 },
    { tasks: 12, width: 1040 },
    { tasks: 12, width: 1600 },
  ])(
    'SEE-3 fits $tasks tasks into $width pixels: what is wider scrolls in its own frame',
    ({ tasks, width }) => {
      const legs = legsOfRun(tasks)
      const layout = layoutOf(pageOf(legs, totalsOf(legs), 'octo/repo'), width)
      expect(layout.width).toBeLessThanOrEqual(width)
      expect(layout.frames.length).toBeGreaterThan(1)
      const isNarrow = layout.frames.some(([own, content]) => content > own)
      expect(isNarrow).toBe(width === 390)
    },
  )

  it('SEE-1 draws what a task used over time', () => {
    const [leg] = legsOfRun(1)
    if (!leg?.record) throw new Error('no record')
    const limits = { cpus: 2, memoryBytes: 2 ** 28, pids: null }
    const record = {
      ...leg.record,
      status: 'failed' as const,
      container: { ...leg.record.container, limits },
    }
    const dom = renderedDom(githubPage(taskSummaryOf(record, '')))
    expect(dom).not.toMatch(/Syntax error/)
    expect(count(dom, /class="line-plot-\d"/g)).toBe(4)
  })
})

import fc from 'fast-check'
import { marked } from 'marked'
import { describe, expect, it } from 'vitest'
import type { RunRecord } from '../../../src/record/run-record.ts'
import type { Leg } from '../../../src/report/leg.ts'
import { ganttOf } from '../../../src/report/page/gantt.ts'
import { pageOf } from '../../../src/report/page/page.ts'
import { resultsOf } from '../../../src/report/results.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { spansOf, totalsOf } from '../../../src/report/totals.ts'
import { RECORD } from '../../support/record.ts'
import { legsOfRun, legWith, missingLeg } from '../../support/report-legs.ts'

const MEBIBYTE = 1024 * 1024
const summary = (legs: readonly Leg[], lines = 20) => summaryOf(legs, totalsOf(legs), lines)
const page = (legs: readonly Leg[]) => pageOf(legs, totalsOf(legs), 'octo/repo')

describe('the summary of a run', () => {
  it('has a line of each image that was made for a task, and none of those that were there (IMX-1)', () => {
    const one = { image: 'acode-x:1', from: [], dockerfile: 'Dockerfile', bytes: 2 ** 30, layers: 3 }
    const made = [
      { ...one, kind: 'built' as const, isBuilt: true, seconds: 4 },
      { ...one, kind: 'features' as const, isBuilt: false },
    ]
    const legs = [legWith('unit', 'succeeded', [0, 10], { made })]
    const line = 'unit: acode-x:1 built in 4 s: 1.0 GiB, 3 layers'
    for (const text of [summary(legs), page(legs)]) {
      expect(text).toContain(line)
      expect(text).not.toContain('features installed')
    }
  })

  it('ACT-4 is totals, a table with the failures first, a timeline, the logs’ ends and what cleanup found', () => {
    const cleanup = { ...RECORD.cleanup, orphans: ['acode-r0a1-old'] }
    const legs = [
      legWith('lint', 'succeeded', [0, 10], { cleanup }),
      { ...legWith('unit', 'failed', [5, 20]), logEnd: 'one\ntwo ``` three\n' },
      missingLeg('e2e'),
    ]
    expect(summary(legs)).toMatchInlineSnapshot(`
      "## ❌ 2 of 3 tasks failed

      1 passed · 1 failed · 1 missing · took 25 s instead of 30 s one after another, up to 2 at once

      | task | status | time | exit | memory | image | |
      |---|---|---|---|---|---|---|
      | [unit](https://github.com/octo/repo/actions/runs/1/job/2) | ❌&nbsp;failed | 20&nbsp;s | 1 | 60&nbsp;MiB&nbsp;▅▆████ | <code>node:22-slim</code> | [record](https://github.com/octo/repo/actions/runs/1/artifacts/3) |
      | e2e | ❓&nbsp;missing |  |  |  |  |  |

      ### What went wrong

      <details open><summary>❌ <b>unit</b>: failed</summary>

      Exit 1

      \`\`\`\`text
      one
      two \`\`\` three
      \`\`\`\`

      </details>
      <details open><summary>❓ <b>e2e</b>: missing</summary>

      It left no record.

      </details>

      <details><summary>The other task</summary>

      | task | status | time | exit | memory | image | |
      |---|---|---|---|---|---|---|
      | [lint](https://github.com/octo/repo/actions/runs/1/job/2) | ✅&nbsp;passed | 10&nbsp;s | 0 | 50&nbsp;MiB&nbsp;▄▅▆▇▇█ | <code>mcr.microsoft.com/dotnet/sdk:8.0</code> | [record](https://github.com/octo/repo/actions/runs/1/artifacts/3) |

      </details>

      ### Timeline

      \`\`\`mermaid
      gantt
        dateFormat x
        axisFormat %H:%M:%S
        ✓ lint (10 s) :done, t0, 1767323045000, 1767323055000
        ✗ unit failed (20 s) :crit, t1, 1767323050000, 1767323070000
        ◇ e2e missing :milestone, m0, 1767323070000, 0d
      \`\`\`

      A bar is the time of a task: ✓ passed, ✗ failed (red); ◇ left no record, and has no time.

      <details><summary>What cleanup found (1)</summary>

      - Removed an orphan: acode-r0a1-old

      </details>
      "
    `)
  })

  it('is short for a run without failures', () => {
    const text = summary([legWith('lint', 'succeeded', [0, 1])])
    expect(text).toMatch(/^## ✅ 1 task passed\n/)
    expect(text).not.toMatch(/mermaid|What went wrong|cleanup/)
  })

  it('folds away what passed where there are many, and shows the timeline of those that matter', () => {
    const text = summary(legsOfRun(256))
    expect(text).toMatch(/<details><summary>The other 220 tasks<\/summary>/)
    expect(text).toMatch(/Timeline of 40 of 238 tasks: those that failed, then the longest/)
    expect(text.match(/:crit/g)).toHaveLength(27)
  })

  it('RUN-8 stays under 1 MiB whatever there is: 5,000 failures with long names, images, messages and logs', () => {
    const message = '`|<&*'.repeat(20_000)
    const legs = Array.from({ length: 5000 }, (_, index) => ({
      ...legWith('&'.repeat(500) + index, 'failed', [index, 9], {
        error: { code: 'ACODE-CTN-003', message },
        container: { ...RECORD.container, image: '&'.repeat(10_000) },
        cleanup: { ...RECORD.cleanup, failed: [`${index} ${message}`] },
      }),
      logEnd: `${'`&<'.repeat(2_000)}\n`.repeat(3),
    }))
    expect(Buffer.byteLength(summary(legs, 1000))).toBeLessThan(MEBIBYTE)
    expect(ganttOf(spansOf(legs))?.text.length).toBeLessThan(50_000)
  })
})

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '```',
    '<script>alert(1)</script>',
    '| |',
    '\n# x',
    ':crit, t0',
    '%%{init}%%',
    ']]>',
    '"><b>',
    '\r\n::error::x',
    '</details>',
    '&lt;',
    '[a](javascript:b)',
    '\ud800',
  ),
)
/** Test results with one failed test that says so. */
const testsOf = (name: string, message: string, file: string): RunRecord['tests'] => ({
  ...{ total: 1, passed: 0, failed: 1, skipped: 0, seconds: 1, slowest: [], files: [] },
  failures: [{ name, suite: file, message, file, line: 1 }],
})

const hostile = fc.record({ id: text, image: text, message: text, log: text, kept: text }).map(
  (of): Leg => ({
    ...legWith(of.id, 'error', [0, 5], {
      error: { code: 'ACODE-CTN-003', message: of.message },
      cleanup: { ...RECORD.cleanup, failed: [of.kept] },
      container: { ...RECORD.container, image: of.image },
      job: { id: 'x', url: of.message },
      tests: testsOf(of.message, of.log, of.kept),
    }),
    logEnd: of.log,
    link: of.kept,
  }),
)

describe('what a task says of itself', () => {
  it('CTN-4 breaks no table, fence or tag of the summary', () => {
    fc.assert(
      fc.property(hostile, (leg) => {
        const tokens = marked.lexer(summary([leg, legWith('other', 'succeeded', [1, 2])]))
        const tables = tokens.flatMap((token) => (token.type === 'table' ? [token.rows] : []))
        expect(tables).toEqual([[expect.anything()], [expect.anything()]])
        expect(tokens.filter(({ type }) => type === 'heading')).toHaveLength(3)
        const html = tokens.flatMap((token) => (token.type === 'html' ? [token.raw] : []))
        expect(html.join('').replace(/<\/?(details|summary|b)( open)?>/g, '')).not.toMatch(/<[a-z/]/i)
      }),
      { numRuns: 500 },
    )
  })

  it('CTN-4 puts nothing into the page but text', () => {
    fc.assert(
      fc.property(hostile, (leg) => {
        const html = page([leg])
        expect(html).not.toMatch(/<script|href="(?!https?:)/i)
        const tags = new Set(html.match(/<[a-z0-9]+/gi))
        expect([...tags].filter((tag) => !KNOWN_TAGS.has(tag))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('CTN-4 is one line of plain text in the timeline', () => {
    fc.assert(
      fc.property(hostile, (leg) => {
        const lines = ganttOf(spansOf([leg]))?.text.split('\n') ?? []
        expect(lines).toHaveLength(4)
        expect(lines[3]).toMatch(/^ {2}✗ [\p{L}\p{N}._/ ·…-]* not run \(5 s\) :crit, t0, \d+, \d+$/u)
      }),
      { numRuns: 500 },
    )
  })
})

const KNOWN_TAGS = new Set(
  'html meta title style main h1 h2 p br table tr th td a svg line polyline text g rect details summary b pre code ul li div span'
    .split(' ')
    .map((tag) => `<${tag}`),
)

describe('the results', () => {
  it('are short enough for an environment variable, of 256 tasks with long names', () => {
    const legs = legsOfRun(256).map((leg) => ({ ...leg, id: leg.id.padEnd(63, 'x') }))
    expect(JSON.stringify(resultsOf(legs)).length).toBeLessThan(128 * 1024)
  })

  it('have of each task what a later job decides by', () => {
    expect(resultsOf([legWith('a', 'failed', [0, 3]), missingLeg('b')])).toMatchInlineSnapshot(`
      [
        {
          "allowed": false,
          "artifact": "acode-r1a1-a",
          "changedFiles": null,
          "durationSeconds": 3,
          "errorCode": null,
          "exitCode": 1,
          "flaky": false,
          "id": "a",
          "image": "node:22-slim",
          "outputs": {},
          "outputsLeftOut": 0,
          "peakMemoryBytes": 45088768,
          "status": "failed",
        },
        {
          "allowed": false,
          "artifact": null,
          "changedFiles": null,
          "durationSeconds": null,
          "errorCode": null,
          "exitCode": null,
          "flaky": false,
          "id": "b",
          "image": null,
          "outputs": {},
          "outputsLeftOut": 0,
          "peakMemoryBytes": null,
          "status": "missing",
        },
      ]
    `)
  })
})

describe('artifacts under another name (RUN-8)', () => {
  it('are on the page with their own, as text', () => {
    const renamed = [{ name: 'a<b>?.png', file: 'a%3Cb%3E%3F.png' }]
    const collection = {
      ...{ files: 1, bytes: 1, exceeded: [], leftOut: { count: 0, names: [] }, artifacts: 1 },
      renamed,
    }
    const legs = [legWith('unit', 'succeeded', [0, 1], { collection })]
    expect(page(legs)).toContain('<td>unit</td><td>a%3Cb%3E%3F.png</td><td>a&#60;b&#62;?.png</td>')
  })
})

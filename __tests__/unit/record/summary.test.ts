import { describe, expect, it } from 'vitest'
import { STATUSES } from '../../../src/errors.ts'
import { summaryOf } from '../../../src/record/summary/summary.ts'
import { RECORD, recordWith } from '../../support/record.ts'

const MEBIBYTE = 1024 * 1024

const FULL = recordWith({
  status: 'failed',
  error: null,
  exitCode: 137,
  signal: 'SIGKILL',
  durationSeconds: 12,
  phases: { pull: 1_500, run: 10_000 },
  commandSummary: 'npm test',
  toolchain: { requested: 'node@24', resolved: 'node@24', image: 'node:24-slim', source: 'catalog' },
  workspace: { method: 'copy', reason: '', path: '/w', changedFiles: 2, deletedFiles: 1 },
  artifacts: ['report.txt'],
  usage: { peakMemoryBytes: 64 * MEBIBYTE, cpuSeconds: 3.25 },
  container: {
    ...RECORD.container,
    image: 'node:24-slim',
    digest: 'sha256:abc',
    limits: { cpus: 2, memoryBytes: 512 * MEBIBYTE, pids: 4096 },
  },
})

const DETAILS = `<details><summary>Details</summary>

| | |
|---|---|
| Image | \`node:24-slim\` |
| Digest | \`sha256:abc\` |
| Toolchain | node&#64;24 (catalog) |
| Command | <code>npm test</code> |
| Exit | 137 (SIGKILL) |
| Duration | 12 s |
| Limits | 2 CPUs, 512 MiB, 4096 processes |
| Peak memory | 64 MiB |
| CPU time | 3.25 s |
| Container | \`acode-s1-unit\` |

</details>
`

describe('summaryOf', () => {
  const parts = {
    lastLines: 'expected 1\ngot 2',
    hint: 'Something killed it.',
    diffstat: 'a.ts | +1 -0 +',
    artifact: 'acode-s1-unit',
  }

  it('has a line for each service (BES-1)', () => {
    const service = {
      ...{
        name: 'db',
        container: 'c',
        image: 'postgres:17',
        digest: null,
        profile: 'standard',
        user: 'root',
      },
      ...{ startedAt: '2026-01-01T00:00:00.000Z', readyAt: '2026-01-01T00:00:02.100Z', readyBy: 'port 5432' },
      ...{
        finishedAt: null,
        exitCode: null,
        oomKilled: false,
        peakMemoryBytes: 2 ** 26,
        health: null,
        log: null,
      },
    }
    const other = { ...service, name: 'x', readyAt: null, exitCode: 3, health: 'unhealthy' }
    const summary = summaryOf(recordWith({ services: [service, other] }), '')
    expect(summary).toContain(
      '- service db (postgres:17): ready in 2.10 s by port 5432, peak memory 64 MiB\n',
    )
    expect(summary).toContain(
      '- service x (postgres:17): never ready, ended with exit code 3, peak memory 64 MiB, health unhealthy',
    )
  })

  it('has a line of what was made for it (IMX-1)', () => {
    const one = { image: 'acode-x:1', from: [], dockerfile: 'Dockerfile' }
    const made = [
      { ...one, kind: 'composed' as const, isBuilt: true, seconds: 35, bytes: 1.25 * 2 ** 30, layers: 14 },
      { ...one, kind: 'setup' as const, isBuilt: false, bytes: 2 ** 20, layers: 1 },
    ]
    expect(summaryOf(recordWith({ made }), '')).toContain(
      '\n\nImage composed in 35 s: 1.3 GiB, 14 layers · set up before: 1.0 MiB, 1 layer\n\n',
    )
  })

  it('of a failed task begins with why, and folds away what identifies it (SEE-1)', () => {
    expect(summaryOf(FULL, '', parts)).toBe(
      `### ❌ unit: failed (exit 137 (SIGKILL))

> Something killed it.

\`\`\`text
expected 1
got 2
\`\`\`

12 s · peak memory 64 MiB of 512 MiB · 3.25 s of CPU

2 files written, 1 file deleted · 1 artifact · record \`acode-s1-unit\`

\`\`\`text
a.ts | +1 -0 +
\`\`\`

\`\`\`text
pull       1.50 s  █████
run          10 s  ██████████████████████████████
\`\`\`

${DETAILS}
`,
    )
  })

  it('of one that succeeded has three lines and the fold', () => {
    const record = { ...FULL, status: 'succeeded', exitCode: 0, signal: null } as const
    expect(summaryOf(record, '', { ...parts, lastLines: '', hint: null })).toBe(
      `### ✅ unit: succeeded

12 s · peak memory 64 MiB of 512 MiB · 3.25 s of CPU

2 files written, 1 file deleted · 1 artifact · record \`acode-s1-unit\`

${DETAILS.replace('137 (SIGKILL)', '0')}
`,
    )
  })

  it.each(STATUSES)('has a line for %s', (status) => {
    expect(summaryOf(recordWith({ status }), '')).toMatch(new RegExp(`^### \\S+ unit: ${status}\\n`))
  })

  it('says what went wrong, a list as a list, and appends what the task wrote', () => {
    const error = { code: 'ACODE-CTN-006', message: 'Invalid task:\n  - a\n  - b' } as const
    const summary = summaryOf(recordWith({ status: 'error', error }), '## Coverage\n99 %\n')
    expect(summary).toContain('> **ACODE-CTN-006** Invalid task:\n>\n> - a\n> - b\n\n')
    expect(summary.endsWith('\n\n## Coverage\n99 %\n')).toBe(true)
  })

  const hostile = [
    '</code></td></table><script>alert(1)</script>',
    '| a | b |\n|---|---|\n| c | d |',
    '\\| a',
    '`code`',
    '![picture](https://evil.example/x.png)',
    '[link](javascript:alert(1))',
    'problems:\n  - # heading\n  - > quote\n  - | a |\n  - <b>',
    '*bold* **bold**',
    '&lt;b&gt;',
    '# heading\n# heading',
    '\x1b[31mred\r\x07',
  ]
  it.each(hostile)('takes names and messages for text: %j', (text) => {
    const line = text.replaceAll('\n', ' ')
    const summary = summaryOf(
      recordWith({
        status: 'error',
        task: line,
        error: { code: 'ACODE-CTN-003', message: text },
        commandSummary: text,
        container: { ...RECORD.container, image: text, digest: text },
        toolchain: { requested: line, resolved: line, image: line, source: line },
      }),
      '',
    )
    expect(summary.match(/<(?!\/?(?:code|details|summary)>)/g)).toBeNull()
    expect(summary).not.toMatch(/(?<!\\)\]\(/)
    expect(summary).not.toMatch(/^(?:# |> - [#>] )/m)
    expect(summary).not.toMatch(/[^\P{Cc}\n]/u)
    for (const line of summary.split('\n').filter((one) => one.startsWith('|')))
      expect(line.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(3)
  })

  it('stays below what the runner takes, cut at the end of a line', () => {
    const summary = summaryOf(FULL, `${'größe '.repeat(20)}\n`.repeat(10_000))
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE)
    expect(summary).toMatch(
      /größe \n\n> The task’s summary was cut here: 1\.\d MiB are more than a step may have\.\n$/,
    )
  })

  it('stays below it also where the task’s summary is one line', () => {
    expect(Buffer.byteLength(summaryOf(FULL, 'x'.repeat(5 * MEBIBYTE)))).toBeLessThan(MEBIBYTE)
  })

  it('stays below it also where a message is very long', () => {
    const error = { code: 'ACODE-CTN-003', message: 'x|'.repeat(5 * MEBIBYTE) } as const
    expect(Buffer.byteLength(summaryOf(recordWith({ error }), 'y'.repeat(MEBIBYTE)))).toBeLessThan(MEBIBYTE)
  })
})

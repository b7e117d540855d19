import { describe, expect, it } from 'vitest'
import { STATUSES } from '../../../src/errors.ts'
import { summaryOf } from '../../../src/record/summary.ts'
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
  usage: { peakMemoryBytes: 64 * MEBIBYTE, cpuSeconds: 3.25 },
  container: {
    ...RECORD.container,
    image: 'node:24-slim',
    digest: 'sha256:abc',
    limits: { cpus: 2, memoryBytes: 512 * MEBIBYTE, pids: 4096 },
  },
})

describe('summaryOf', () => {
  it('tells status, image, digest, durations, exit, limits and peak memory', () => {
    expect(summaryOf(FULL, '')).toBe(
      `### ❌ unit: failed

| | |
|---|---|
| Image | <code>node:24-slim</code> |
| Digest | <code>sha256:abc</code> |
| Toolchain | node@24 (catalog) |
| Command | <code>npm test</code> |
| Exit | 137 (SIGKILL) |
| Duration | 12 s |
| Phases | pull 1.50 s, run 10 s |
| Limits | 2 CPUs, 512 MiB, 4096 processes |
| Peak memory | 64 MiB |
| CPU time | 3.25 s |
| Container | \`acode-s1-unit\` |

`,
    )
  })

  it.each(STATUSES)('has a line for %s', (status) => {
    expect(summaryOf(recordWith({ status }), '')).toMatch(new RegExp(`^### \\S+ unit: ${status}\\n`))
  })

  it('says what went wrong, and appends what the task wrote', () => {
    const error = { code: 'ACODE-CTN-006', message: 'Invalid task:\n  - a\n  - b' } as const
    const summary = summaryOf(recordWith({ status: 'error', error }), '## Coverage\n99 %\n')
    expect(summary).toContain('> **ACODE-CTN-006** Invalid task: - a - b\n')
    expect(summary.endsWith('\n\n## Coverage\n99 %\n')).toBe(true)
  })

  const hostile = [
    '</code></td></table><script>alert(1)</script>',
    '| a | b |\n|---|---|\n| c | d |',
    '\\| a',
    '`code`',
    '![picture](https://evil.example/x.png)',
    '[link](javascript:alert(1))',
    '*bold* **bold**',
    '&lt;b&gt;',
    '# heading\n# heading',
  ]
  it.each(hostile)('takes names and messages for text: %j', (text) => {
    const line = text.replaceAll('\n', ' ')
    const summary = summaryOf(
      recordWith({
        status: 'error',
        task: line,
        error: { code: 'ACODE-CTN-003', message: text },
        commandSummary: text,
        toolchain: { requested: line, resolved: line, image: line, source: line },
      }),
      '',
    )
    expect(summary.match(/<(?!\/?code>)/g)).toBeNull()
    expect(summary).not.toMatch(/(?<!\\)\]\(/)
    expect(summary).not.toMatch(/^# /m)
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

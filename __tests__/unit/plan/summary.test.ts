import { describe, expect, it } from 'vitest'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { legOf } from '../../../src/plan/matrix.ts'
import { faultsSummary, type Plan, planSummary } from '../../../src/plan/summary.ts'
import { inline, inputsOf, sourceOf } from './files.ts'

const inputs = await inputsOf()
const planOf = (source: Parameters<typeof readTaskFile>[0], rest: Partial<Plan> = {}): Plan => {
  const tasks = readTaskFile(source)
  return {
    name: '.github/tasks.yml',
    tasks,
    legs: tasks.map((task) => legOf(task, inputs)),
    left: [],
    notes: [],
    ...rest,
  }
}

describe('the summary of a plan (ACT-4)', () => {
  it('is a table of the tasks, and what is left out and why', async () => {
    const left = [{ id: 'docs', reason: 'none of its paths changed' }]
    const text = planSummary(planOf(await sourceOf('good', 'interface.yml'), { left, notes: ['A note.'] }))
    expect(text).toBe(`### Plan: 2 tasks, 1 left out

From <code>.github/tasks.yml</code>.

> A note.

| Task | Image | Runs on | Requires | Timeout |
|---|---|---|---|---|
| <code>lint</code> | <code>node&#64;22</code> | <code>ubuntu-latest</code> | <code>docker</code> | 15 min 0 s |
| <code>unit</code> | <code>ghcr.io/acme/unit:3</code> | <code>self-hosted, gpu</code> | <code>gpu, docker</code> | 15 min 0 s |

<details><summary>1 left out</summary>

| Task | Why |
|---|---|
| <code>docs</code> | none of its paths changed |

</details>
`)
  })

  it('says that a task without a container will be skipped (RUN-12)', () => {
    expect(planSummary(planOf(inline('[{ id: a }]')))).toContain(
      '| <code>a</code> | no container: will be skipped |',
    )
  })

  it('lets no Markdown and no HTML of an id through', async () => {
    const text = planSummary(planOf(await sourceOf('good', 'hostile-ids.yml')))
    expect(text).not.toMatch(/<(?!\/?code>)/)
    for (const line of text.split('\n').filter((line) => line.startsWith('| <code>')))
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(6)
  })

  it('stays below what a step may write, whatever the number of tasks and of faults', () => {
    const id = (n: number) => `${'<'.repeat(190)}${n}`
    const entries = Array.from({ length: 256 }, (_, n) => ({
      id: id(n),
      container: { image: 'a', run: 'true' },
    }))
    const left = Array.from({ length: 10_000 }, (_, n) => ({ id: id(n), reason: 'not in include' }))
    const notes = Array.from({ length: 3 }, () => 'x'.repeat(100_000))
    const text = planSummary(planOf(inline(JSON.stringify(entries)), { left, notes }))
    expect(Buffer.byteLength(text)).toBeLessThan(1024 ** 2)
    expect(text).toContain('and 9500 more')
    const faults = faultsSummary(
      'f.yml',
      Array.from({ length: 10_000 }, () => '<'.repeat(5_000)),
    )
    expect(Buffer.byteLength(faults)).toBeLessThan(1024 ** 2)
    expect(faults).toContain('and 9800 more, in the log')
  })
})

import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { leftBy, recordIn, runWorkflow } from '../support/act/act.ts'
import { snippetsWith } from '../support/snippets.ts'

const QUICK_START = 'README.md'
/** Jobs of the pages whose images and actions are here. */
const RUNNABLE: Readonly<Record<string, string>> = {
  'README.md': 'version',
  'docs/guides/security.md': 'untrusted',
  'docs/guides/troubleshooting.md': 'test',
}

const workflow = z.looseObject({ jobs: z.record(z.string(), z.looseObject({})) })
const workflowsOf = (page: string) => snippetsWith('jobs').filter(({ path }) => path.startsWith(`${page}:`))

describe('workflows of the pages, run by act (SEE-4)', () => {
  it('the quick start is pasted whole (ACT-2, ACT-3)', async () => {
    const [quickStart] = workflowsOf(QUICK_START)
    const run = await runWorkflow(quickStart?.text.replace('[22, 24]', '[22]') ?? '')
    expect(run.exitCode, run.log).toBe(0)
    const [name = ''] = run.artifacts.keys()
    expect(recordIn(run, name)).toMatchObject({ status: 'succeeded', container: { image: 'node:22-slim' } })
    expect(await leftBy(run)).toEqual([])
  })

  it('jobs of README and guides succeed', async () => {
    const jobs = Object.entries(RUNNABLE).map(([page, id], index) => {
      const found = workflowsOf(page).flatMap(({ value }) => workflow.parse(value).jobs[id] ?? [])
      expect(found, `${page} has one job ${id}`).toHaveLength(1)
      return [`${id}-${index}`, found[0]]
    })
    const run = await runWorkflow(stringify({ on: 'push', jobs: Object.fromEntries(jobs) }))
    expect(run.exitCode, run.log).toBe(0)
    expect(run.artifacts.size).toBe(jobs.length)
    expect(run.log).toMatch(/Tested with v\d+/)
    expect(await leftBy(run)).toEqual([])
  })
})

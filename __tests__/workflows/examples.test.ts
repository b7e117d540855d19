import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { leftBy, recordIn, runWorkflow } from '../support/act/act.ts'

const example = (name: string) => readFileSync(`examples/${name}`, 'utf8')

const matrix = z.object({
  include: z.array(z.object({ 'runs-on': z.union([z.string(), z.array(z.string())]) })),
})

describe('the examples, run by act', () => {
  it('matrix.yml: each leg has a container and a record without further input (ACT-2, ACT-3, CTN-5)', async () => {
    const run = await runWorkflow(example('matrix.yml'))
    expect(run.exitCode, run.log).toBe(0)
    const records = [...run.artifacts.keys()].map((name) => recordIn(run, name))
    expect(records.map(({ status, container }) => [status, container.image]).sort()).toEqual([
      ['succeeded', 'node:22-slim'],
      ['succeeded', 'python:3.13-slim'],
    ])
    expect(new Set(records.map(({ container }) => container.name)).size).toBe(2)
    expect(await leftBy(run)).toEqual([])
  })

  it('plan-and-report.yml: plan, tasks and report are jobs like any other (ACT-4)', async () => {
    const tasks = `
      tasks:
        - id: one
          container: { image: 'busybox:stable', run: 'true' }
        - id: two
          container: { image: 'busybox:stable', command: [cat, prices.mjs] }`
    const run = await runWorkflow(example('plan-and-report.yml'), { files: { '.github/tasks.yml': tasks } })
    expect(run.exitCode, run.log).toBe(0)
    expect(run.outputs.get('report')).toMatchObject({ total: '2', passed: '2', failed: '0' })
    expect(await leftBy(run)).toEqual([])
  })

  it('self-hosted-fleet.yml: a task goes to the labels of its capability (ACT-4, RUN-3)', async () => {
    const tasks = `
      tasks:
        - id: plain
          container: { image: 'busybox:stable', run: 'true' }
        - id: trains
          requiredCapabilities: [gpu]
          container: { image: 'busybox:stable', run: 'true' }`
    const run = await runWorkflow(example('self-hosted-fleet.yml'), { files: { '.github/tasks.yml': tasks } })
    expect(run.exitCode, run.log).toBe(0)
    const { include } = matrix.parse(JSON.parse(run.outputs.get('plan')?.matrix ?? ''))
    expect(include.map((leg) => leg['runs-on'])).toEqual([
      ['self-hosted', 'linux'],
      ['self-hosted', 'linux', 'gpu'],
    ])
    expect(run.outputs.get('report')).toMatchObject({ total: '2', passed: '2' })
  })

  it('self-hosted-fleet.yml: every machine is swept by night (CTN-11)', async () => {
    const run = await runWorkflow(example('self-hosted-fleet.yml'), { event: ['schedule'] })
    expect(run.exitCode, run.log).toBe(0)
    expect(run.log.match(/succeeded in/g)).toHaveLength(3)
    expect(run.artifacts.size).toBe(0)
    expect(await leftBy(run)).toEqual([])
  })

  it('parallel-agents.yml: attempts do not meet, and the smallest patch that passes is chosen (GIT-1)', async () => {
    const agent = [
      '#!/bin/sh -e',
      'test "$GOAL" = "Say more"',
      'case $ATTEMPT in',
      '  1) for line in 1 2 3; do echo "// $line" >> prices.mjs; done ;;',
      '  2) echo "throw new Error()" >> prices.mjs ;;',
      '  3) for line in 1 2; do echo "// $line" >> prices.mjs; done ;;',
      'esac',
    ].join('\n')
    const run = await runWorkflow(example('parallel-agents.yml'), {
      files: { '.github/agent': agent },
      event: ['workflow_dispatch', '--input=goal=Say more', '--input=propose=false'],
    })
    const tests = ['test-1', 'test-2', 'test-3'].map((name) => recordIn(run, name).status)
    expect(tests).toEqual(['succeeded', 'failed', 'succeeded'])
    expect(run.summaries, run.log).toContain('Attempt 3, 2 changed lines\n')
    expect(await leftBy(run)).toEqual([])
  })
})

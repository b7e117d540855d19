import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { ParallelSteps } from '../../support/runner/parallel-steps.ts'
import { TaskJob } from '../../support/task-job.ts'
import { GIT_IMAGE, makeCheckout } from '../../support/workspace-job.ts'

const base = { image: GIT_IMAGE, network: 'none' }
const SERVICE = `trap 'echo ended; exit 3' TERM; echo ready; while :; do sleep 0.1; done`

describe('RNR-4 steps of one job side by side', () => {
  it('ten on one checkout have their own names, copies and records, and all are applied (CTN-2, CTN-4, GIT-6)', async () => {
    const task = await TaskJob.create()
    makeCheckout(task.job.workspace)
    const steps = new ParallelSteps(task.job)
    const agents = Array.from({ length: 10 }, (_, index) => index)
    const work = (agent: number) =>
      `test -z "$(ls agent-* 2>/dev/null)"; echo ${agent} > agent-${agent}; echo ${agent} >> folder/file-${agent}`

    // Nothing is applied before all have done their work: each begins with the checkout as it was.
    const gate = await EngineGate.start()
    const waits = agents.map(() => gate.hold(REQUEST.wait, 'after'))
    const background = agents.map((agent) =>
      steps.background({ ...base, changes: 'apply', run: `set -e; ${work(agent)}` }, { env: gate.env }),
    )
    await Promise.all(waits.map(({ answered }) => answered))
    for (const { open } of waits) open()
    const ended = await Promise.all(background.map(({ result }) => result))
    const report = await task.job.start({ records: 'job', upload: 'false' }, { action: 'report' }).result
    const posts = await steps.end()

    expect(steps.widest).toBe(10)
    // Ten at once may start later than one should, where the machine is busy.
    const annotations = [...ended, ...posts].flatMap((step) => step.annotations)
    expect(annotations.filter(({ title }) => title !== 'Over budget')).toEqual([])
    const names = ended.map(({ outputs }) => outputs['artifact-name'] ?? '')
    expect(new Set(names).size).toBe(10)
    expect([...task.artifacts.artifacts.keys()].sort()).toEqual([...names].sort())
    for (const agent of agents) {
      const text = (file: string) => readFileSync(path.join(task.job.workspace, file), 'utf8')
      expect(text(`agent-${agent}`)).toBe(`${agent}\n`)
      expect(text(`folder/file-${agent}`)).toMatch(new RegExp(`\n${agent}\n$`))
    }
    expect(report.outputs).toMatchObject({ total: '10', passed: '10', failed: '0' })
    const reported: { artifact: string }[] = JSON.parse(report.outputs.results ?? '')
    expect(reported.map(({ artifact }) => artifact).sort()).toEqual([...names].sort())
    await task.expectNothingLeft()
  })

  it.each([
    ['succeeded', false],
    ['cancelled', true],
  ] as const)(
    'on-cancel: %s is what a service is that a cancel step ends (RUN-10)',
    async (status, fails) => {
      const task = await TaskJob.create()
      const steps = new ParallelSteps(task.job)
      const inputs = { ...base, workspace: 'none', 'on-cancel': status, run: SERVICE }
      const service = steps.background(inputs)
      await (await service.started).sees(/^ready$/m)
      await steps.cancel(service)
      const ended = await service.result
      expect({ failed: ended.failed, status: ended.outputs.status }).toEqual({ failed: fails, status })
      expect(ended.output).toMatch(/^ended$/m)
      expect(await recordOf(ended)).toMatchObject({ status, exitCode: 3 })
      const posts = await steps.end()
      expect(posts.flatMap(({ annotations }) => annotations)).toEqual([])
      expect(task.uploaded().status).toBe(status)
      await task.expectNothingLeft()
    },
  )

  it('a service that a cancel step ends before it was started is cancelled in any case (RUN-10)', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const held = gate.hold(REQUEST.start, 'before')
    const inputs = { ...base, workspace: 'none', 'on-cancel': 'succeeded', run: SERVICE }
    const running = task.job.start(inputs, { env: gate.env })
    await held.reachedBy(running)
    const ended = await running.cancel()
    expect(ended.outputs.status).toBe('cancelled')
    expect(existsSync(ended.outputs.record ?? '')).toBe(true)
    await ended.post()
    await task.expectNothingLeft()
  })
})

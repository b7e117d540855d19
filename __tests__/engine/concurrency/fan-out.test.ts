import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { ArtifactService } from '../../support/artifact-service.ts'
import { containers, imageName, removeAll } from '../../support/engine.ts'
import { HOLD, whileHeld } from '../../support/held-task.ts'
import { Job } from '../../support/runner.ts'

/**
 * Takes more than the task's memory. Of a death in the container's first or last moment, a busy engine does not
 * always learn that memory was the cause: it is held before, and ends a little later.
 */
const MEBIBYTES_64 = `${HOLD}; dd if=/dev/zero of=/dev/shm/big bs=1M count=64 || { sleep 0.5; exit 137; }`

/** Twelve tasks of every kind, as a repository would have them. */
const TASKS = `
defaults:
  container: { image: "${imageName.base}", network: none }
tasks:
  - id: pass
    strategy: { number: [1, 2, 3, 4] }
    container: { run: "echo number \${{ matrix.number }}" }
  - { id: writes, container: { run: "echo made > made.txt" } }
  - { id: fails, container: { run: "echo this is why; exit 3" } }
  - { id: times-out, container: { run: sleep 600, timeoutSeconds: 5, stopGraceSeconds: 0 } }
  - { id: out-of-memory, container: { run: ${JSON.stringify(MEBIBYTES_64)}, shmSize: 128m, resources: { memory: 32m } } }
  - { id: skipped, container: { enabled: false, run: "true" } }
  - { id: refused, container: { run: "true", workdir: nowhere } }
  - { id: killed, container: { run: "echo at work; sleep 600" } }
  - { id: lost, container: { run: "echo at work; sleep 600" } }
`

const matrixSchema = z.object({
  include: z.array(z.object({ id: z.string(), 'runs-on': z.string(), task: z.string() })),
})
type Leg = z.output<typeof matrixSchema>['include'][number]

it('ACT-4, RUN-8 twelve tasks of every kind go from a file to one report, and nothing is left', async () => {
  const service = await ArtifactService.start()
  const run = { GITHUB_RUN_ID: '4711' }
  const jobs: Job[] = []
  const newJob = async () => {
    const job = await Job.create({ artifacts: service, github: run })
    jobs.push(job)
    return job
  }
  onTestFinished(async () => {
    for (const job of jobs) await job.remove()
    await service.stop()
  })

  const planning = await newJob()
  mkdirSync(path.join(planning.workspace, '.github'))
  writeFileSync(path.join(planning.workspace, '.github/tasks.yml'), TASKS)
  const plan = await planning.start({}, { action: 'plan' }).result
  expect(plan.failed, plan.output).toBe(false)
  expect(plan.outputs.count).toBe('12')
  const { include } = matrixSchema.parse(JSON.parse(plan.outputs.matrix ?? ''))
  const session = `${plan.outputs.session}a1`
  onTestFinished(() => removeAll(session))

  await Promise.all(include.map(async (leg) => runLeg(await newJob(), leg, session)))

  const inputs = { session: plan.outputs.session ?? '', expected: plan.outputs.ids ?? '' }
  const reporting = await newJob()
  const report = await reporting.start(inputs, { action: 'report' }).result
  const results: { id: string; status: string }[] = JSON.parse(report.outputs.results ?? '[]')
  expect(Object.fromEntries(results.map(({ id, status }) => [id, status]))).toEqual({
    'pass-1': 'succeeded',
    'pass-2': 'succeeded',
    'pass-3': 'succeeded',
    'pass-4': 'succeeded',
    writes: 'succeeded',
    fails: 'failed',
    'times-out': 'timed-out',
    'out-of-memory': 'out-of-memory',
    skipped: 'skipped',
    refused: 'error',
    killed: 'cancelled',
    lost: 'missing',
  })
  expect(report.outputs).toMatchObject({ total: '12', passed: '5', failed: '6', skipped: '1' })
  expect(report.failed).toBe(true)
  expect(report.summary).toMatch(/^## ❌ 6 of 12 tasks failed\n/)
  expect(report.summary).toMatch(/```text\nthis is why\n```/)
  expect(report.summary).toMatch(/1&nbsp;file/)
  expect(service.artifacts.has(`acode-report.${session}.html`)).toBe(true)

  // The next task of this machine finds what the lost one left.
  const sweeping = await (await newJob()).uses({ image: imageName.base, run: 'true' })
  await sweeping.post()
  expect(await containers(`label=acode.session=${session}`)).toEqual([])
})

/** One leg as its job runs it; two of them die, one of these with its runner. */
async function runLeg(job: Job, { id, task }: Leg, session: string): Promise<void> {
  const step = job.start({ task, 'session-id': session })
  if (id === 'killed' || id === 'lost') {
    await step.sees(/^at work/m)
    await step.kill('SIGKILL')
  }
  if (id === 'out-of-memory') await whileHeld(step, () => undefined)
  const main = await step.result
  if (id !== 'lost') await main.post()
}

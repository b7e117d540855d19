import { mkdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none' }

/** Fails with 75 at its first tries; a file of the runner counts them, which alone outlives a try. */
const failing = (times: number) => `
n=$(cat /count/n 2>/dev/null || echo 0); echo $((n + 1)) > /count/n
echo "try $((n + 1)): $(ls)"
touch left-by-a-try; echo "of=$n" >> "$GITHUB_OUTPUT"
[ "$n" -ge ${times} ] || exit 75`

describe('RUN-11 a task that is tried again', () => {
  it('has a fresh container and workspace each time, and is flaky where it passes then', async () => {
    const { job, ...task } = await counted()
    const inputs = { ...base, mounts: 'count:/count', retry: '{ max: 3, on: [exit:75] }', run: failing(2) }
    const step = await job.uses(inputs)
    expect(step.failed, step.log).toBe(false)
    const record = await recordOf(step)
    expect(record).toMatchObject({ status: 'succeeded', exitCode: 0, flaky: true, cleanup: { failed: [] } })
    expect(record.tries).toMatchObject([
      { status: 'failed', exitCode: 75, errorCode: null },
      { status: 'failed', exitCode: 75, errorCode: null },
      { status: 'succeeded', exitCode: 0, errorCode: null },
    ])
    // Nothing of a try is in the next one, and only the last one's outputs and changes are there.
    expect(step.log).toMatch(/^try 3: count$/m)
    expect(step.outputs.of).toBe('2')
    expect(messages(step, 'warning').join()).toMatch(/succeeded at try 3: it is flaky/)
    expect(step.summary).toMatch(/: succeeded at try 3, flaky\n/)
    await task.expectNothingLeft()
  })

  it('fails as its last try did, and is not tried after what it does not name', async () => {
    const { job } = await counted()
    const inputs = { ...base, mounts: 'count:/count', run: failing(9) }
    const spent = await job.uses({ ...inputs, retry: '{ max: 1, on: [exit:75] }' })
    expect(spent.failed).toBe(true)
    expect((await recordOf(spent)).tries).toHaveLength(2)
    expect((await recordOf(spent)).flaky).toBeUndefined()
    const other = await job.uses({ ...inputs, retry: '{ max: 1, on: [pull, timeout] }' })
    expect((await recordOf(other)).tries).toHaveLength(1)
  })

  it('is not tried again after a cancel', async () => {
    const { job, ...task } = await counted()
    const all = '[pull, engine, timeout, out-of-memory, exit:130, exit:137, exit:143]'
    const running = job.start({ ...base, retry: `{ max: 5, on: ${all} }`, run: 'echo at work; sleep 600' })
    await running.sees(/^at work/m)
    const step = await running.cancel()
    expect(await recordOf(step)).toMatchObject({ status: 'cancelled', tries: [{ status: 'cancelled' }] })
    // A call that a cancelled main gave up the engine may yet carry out: post looks again.
    await step.post()
    await task.expectNothingLeft()
  })
})

it('FID-7 a try that a cancel makes the last one is said to have left nothing', async () => {
  const { job, ...task } = await counted()
  const gate = await EngineGate.start()
  const started = gate.hold(REQUEST.start, 'after')
  const inputs = { ...base, retry: '{ max: 1, on: [exit:75] }' }
  const running = job.start(
    { ...inputs, run: 'echo kept=yes >>"$GITHUB_OUTPUT"; exit 75' },
    { env: gate.env },
  )
  await started.reachedBy(running)
  const held = gate.hold(REQUEST.remove)
  started.open()
  await held.reachedBy(running)
  const step = await running.cancel()
  expect(step.outputs.kept).toBeUndefined()
  const said = /^Try 1 was to be tried again, .* then the job was cancelled/
  expect(messages(step, 'warning')).toContainEqual(expect.stringMatching(said))
  gate.clear()
  await step.post()
  await task.expectNothingLeft()
})

/** A job with a folder in its workspace in which tries are counted. */
async function counted() {
  const task = await TaskJob.create()
  mkdirSync(`${task.job.workspace}/count`)
  return { job: task.job, expectNothingLeft: () => task.expectNothingLeft() }
}

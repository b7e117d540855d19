import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'
import { bash } from '../../support/tree.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind' }
/** Of every call of the engine: also of those that do not hang, which a busy machine takes a while for. */
const BOUND_S = '5'
/** Far above what the bounds of these tests come to, far below those of a job. */
const BOUNDED_MS = 45_000

describe('CTN-6, CTN-12 a removal that hangs', () => {
  it('does not hang the job: main and post warn with ACODE-CTN-002 and the command that removes it', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    gate.hang(REQUEST.remove)
    const started = performance.now()
    const env = { ...gate.env, ACODE_ENGINE_TIMEOUT: BOUND_S }
    const result = await task.job.uses({ ...base, run: 'echo ran' }, { env })
    const name = result.outputs['container-name'] ?? ''
    // The task itself went well.
    expect(result).toMatchObject({ failed: false, outputs: { status: 'succeeded' } })
    expect((await recordOf(result)).cleanup.failed.join()).toContain(name)
    expectWarning(result.annotations, name)

    const post = await result.post()
    expect(performance.now() - started).toBeLessThan(BOUNDED_MS)
    expect(post.failed).toBe(false)
    expectWarning(post.annotations, name)
    expect(task.uploaded().cleanup.failed.join()).toContain(name)
  })

  it('is done by post when the engine has come to its senses', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    gate.hang(REQUEST.remove)
    const env = { ...gate.env, ACODE_ENGINE_TIMEOUT: BOUND_S }
    const result = await task.job.uses({ ...base, run: 'echo ran' }, { env })
    expect((await recordOf(result)).cleanup).toMatchObject({ removed: [] })
    gate.clear()
    const post = await result.post()
    expect(messages(post, 'warning')).toEqual([])
    await task.expectNothingLeft()
    const { cleanup } = task.uploaded()
    expect(cleanup.removed).toContain(result.outputs['container-name'])
    expect(cleanup.failed).toEqual([])
  })
})

describe('RUN-10 a stop that hangs', () => {
  it('is followed by force: the task times out and nothing is left', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    gate.hang(REQUEST.stop)
    const inputs = { ...base, run: 'echo at work; sleep 1000', timeout: '1s', 'stop-grace': '1s' }
    const result = await task.job.uses(inputs, { env: { ...gate.env, ACODE_ENGINE_TIMEOUT: BOUND_S } })
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'timed-out',
      error: { code: 'ACODE-CTN-007' },
    })
    await task.expectNothingLeft()
  })

  it('leaves a cancelled job its time', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    gate.hang(REQUEST.stop)
    const running = task.job.start({ ...base, run: 'echo at work; sleep 1000' }, { env: gate.env })
    await running.sees(/^at work/m)
    const result = await running.cancel()
    // Not killed by the runner.
    expect(result.signal, result.log).toBeNull()
    expect((await recordOf(result)).status).toBe('cancelled')
    await task.expectNothingLeft()
  })
})

/** The task's own container; helpers have names with a full stop. */
const CREATE_BY_CLI = /^POST \/containers\/create\?[^ .]+ /

describe('CTN-6 a request of the CLI that hangs', () => {
  it('is bounded too', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    gate.hang(CREATE_BY_CLI)
    const env = { ...gate.env, ACODE_ENGINE_TIMEOUT: BOUND_S }
    const started = performance.now()
    const result = await task.job.uses({ ...base, run: 'true' }, { env })
    expect(performance.now() - started).toBeLessThan(BOUNDED_MS)
    expect((await recordOf(result)).error?.message).toContain(
      `docker create did not answer within ${BOUND_S} s`,
    )
    expect((await result.post()).failed).toBe(false)
  })
})

/** Each kind of request that a task makes, by what hangs and what becomes of the task. */
const HANGING: [request: keyof typeof REQUEST, workspace: string, status: string][] = [
  ['list', 'bind', 'succeeded'],
  ['image', 'bind', 'error'],
  ['networkCreate', 'bind', 'error'],
  ['attach', 'bind', 'error'],
  ['start', 'bind', 'error'],
  ['wait', 'bind', 'timed-out'],
  ['inspect', 'bind', 'error'],
  ['read', 'copy', 'error'],
  ['networkRemove', 'bind', 'succeeded'],
]

describe('CTN-6, CTN-12 a request that hangs', () => {
  it.each(someOf(HANGING, 3))(
    '%s (workspace: %s) leaves main and post bounded: %s',
    async (request, workspace, status) => {
      const task = await TaskJob.create()
      const gate = await EngineGate.start()
      gate.hang(REQUEST[request])
      const timeout = status === 'succeeded' ? '60s' : '2s'
      const inputs = { image: imageName.base, workspace, run: 'true', timeout, 'stop-grace': '1s' }
      const started = performance.now()
      const result = await task.job.uses(inputs, { env: { ...gate.env, ACODE_ENGINE_TIMEOUT: BOUND_S } })
      expect(performance.now() - started, result.log).toBeLessThan(BOUNDED_MS)
      expect(result.outputs.status, result.log).toBe(status)
      gate.clear()
      expect((await result.post()).failed).toBe(false)
      await task.expectNothingLeft()
    },
  )
})

describe('RUN-7 a copy into a volume that hangs', () => {
  it('is reported as that, and no other way to isolate the workspace is tried in vain', async () => {
    const task = await TaskJob.create()
    const header = 'http.https://github.com/.extraheader'
    bash(`git init -q; git config ${header} "AUTHORIZATION: basic x"`, task.job.workspace)
    const gate = await EngineGate.start()
    gate.hang(REQUEST.write)
    const inputs = { ...base, workspace: 'copy', run: 'true' }
    const result = await task.job.uses(inputs, { env: { ...gate.env, ACODE_ENGINE_TIMEOUT: BOUND_S } })
    expect(result.outputs.status, result.log).toBe('error')
    expect(messages(result, 'error').join()).toMatch(/archive put did not answer within 5 s/)
    expect(gate.requests().filter((one) => REQUEST.write.test(one))).toHaveLength(1)
  })
})

function expectWarning(annotations: readonly object[], name: string): void {
  expect(annotations.length).toBeGreaterThan(0)
  for (const one of annotations) expect(one).toMatchObject({ level: 'warning', title: 'ACODE-CTN-002' })
  expect(JSON.stringify(annotations)).toContain(`docker rm --force --volumes ${name}`)
}

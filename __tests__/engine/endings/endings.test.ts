import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind' }
const ENDLESS = 'echo at work; while :; do sleep 1; done'

/** The path of a killed main's record: it has no outputs. */
const recordPath = (state: Readonly<Record<string, string>>): string =>
  join(JSON.parse(state.run ?? '{}').folder, 'record/container/metadata/run.json')

describe('RNR-6, RUN-10 a cancel has one deadline for all of main', () => {
  it('an engine that hangs on every call costs neither record nor outputs; post removes what is left', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const running = task.job.start({ ...base, run: ENDLESS }, { env: gate.env })
    await running.sees(/^at work/m)
    gate.hang(/./)
    const result = await running.cancel()
    expect(result.signal, result.log).toBeNull()
    expect(result).toMatchObject({
      failed: true,
      outputs: { status: 'cancelled', 'error-code': 'ACODE-CTN-009' },
      summary: expect.stringContaining('cancelled'),
    })
    const record = await recordOf(result)
    expect(record).toMatchObject({ status: 'cancelled', container: { image: base.image } })
    expect(messages(result, 'error').join()).toContain(record.error?.message)

    gate.clear()
    const post = await result.post()
    expect(post.failed, post.log).toBe(false)
    await task.expectNothingLeft()
    expect(task.uploaded()).toMatchObject({ status: 'cancelled', cleanup: { failed: [], orphans: [] } })
  })

  it('cuts the grace of a task that its own time limit is stopping', async () => {
    const task = await TaskJob.create()
    const run = `trap 'echo stopping' TERM; echo at work; while :; do sleep 0.1; done`
    const running = task.job.start({ ...base, run, timeout: '10s', 'stop-grace': '600s' })
    await running.sees(/^stopping/m)
    const result = await running.cancel()
    expect(result.signal, result.log).toBeNull()
    expect(await recordOf(result)).toMatchObject({ status: 'timed-out', exitCode: 137 })
    await result.post()
    await task.expectNothingLeft()
  })

  it('is reported as a cancellation while a succeeded task is collected', async () => {
    const task = await TaskJob.create(await unprivileged())
    const gate = await EngineGate.start()
    const held = gate.hold(REQUEST.readControl)
    const running = task.job.start({ ...base, run: 'true', user: '4321' }, { env: gate.env })
    await held.reachedBy(running)
    const result = await running.cancel()
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'cancelled',
      exitCode: 0,
      error: { code: 'ACODE-CTN-009', message: expect.stringContaining('not all') },
    })
    await result.post()
    await task.expectNothingLeft()
  })
})

describe('RNR-6 a signal while main is loaded', () => {
  it('is a cancel: state and record are there', async () => {
    const task = await TaskJob.create()
    const folder = temporaryFolder()
    const preload = join(folder, 'preload.mjs')
    // The first file after the entry's own, which is small and listens for signals.
    writeFileSync(
      preload,
      `import { registerHooks } from 'node:module'
      let files = 0
      registerHooks({ load(url, context, next) {
        if (/\\/dist\\/chunks\\/\\d+\\.index\\.js$/.test(url) && ++files === 2) process.kill(process.pid, 'SIGINT')
        return next(url, context)
      } })`,
    )
    const env = { NODE_OPTIONS: `--import=${preload}` }
    const result = await task.job.uses({ ...base, run: 'echo never' }, { env })
    expect(result.signal, result.log).toBeNull()
    expect(await recordOf(result)).toMatchObject({ status: 'cancelled', error: { code: 'ACODE-CTN-009' } })
    expect(result.log).not.toMatch(/^never/m)
    await task.expectNothingLeft()
  })
})

describe('RNR-6, RUN-8 post after a main that was killed', () => {
  const killed = async (task: TaskJob) => {
    const running = task.job.start({ ...base, run: ENDLESS })
    await running.sees(/^at work/m)
    await running.kill()
    return running.result
  }

  it('writes a record when there is none', async () => {
    const task = await TaskJob.create()
    const result = await killed(task)
    rmSync(recordPath(result.state))
    const post = await result.post()
    expect(post.failed, post.log).toBe(false)
    await task.expectNothingLeft()
    const record = task.uploaded()
    expect(record).toMatchObject({ status: 'cancelled', error: { code: 'ACODE-CTN-009' } })
    expect(record.finishedAt).not.toBeNull()
  })

  it('says of a record that cannot be read that it cannot', async () => {
    const task = await TaskJob.create()
    const result = await killed(task)
    writeFileSync(recordPath(result.state), '{"schemaVersion": 1, "stat')
    const post = await result.post()
    expect(post.annotations).toMatchObject([{ level: 'warning', title: 'ACODE-CTN-013' }])
    expect(task.uploaded()).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-013' } })
    await task.expectNothingLeft()
  })

  it.each([
    ['is lost', undefined],
    ['cannot be read', '{"folder":'],
  ])('removes what is proven dead where the state %s', async (_what, state) => {
    const task = await TaskJob.create()
    const result = await killed(task)
    Object.assign(result.state, { run: state ?? '' })
    const post = await result.post()
    expect(post.failed, post.log).toBe(false)
    expect(post.log).not.toContain('nothing was started')
    await task.expectNothingLeft()
  })

  it('ends when main did, by what main wrote last', async () => {
    const task = await TaskJob.create()
    const result = await killed(task)
    const died = Date.now()
    const log = JSON.parse(readFileSync(recordPath(result.state), 'utf8'))
    await result.post()
    const { startedAt, finishedAt, durationSeconds } = task.uploaded()
    expect(startedAt).toBe(log.startedAt)
    expect(Date.parse(finishedAt ?? '')).toBeLessThanOrEqual(died)
    expect(durationSeconds).toBeGreaterThan(0)
  })

  it.each(['cancel', 'SIGTERM'] as const)('goes on where it is signalled itself: %s', async (signal) => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const running = task.job.start({ ...base, run: ENDLESS }, { env: gate.env })
    await running.sees(/^at work/m)
    await running.kill()
    const held = gate.hold(REQUEST.remove)
    const post = (await running.result).startPost()
    await held.reachedBy(post)
    const ended = signal === 'cancel' ? post.cancel() : post.kill(signal)
    held.open()
    expect(await ended).toMatchObject({ failed: false, exitCode: 0, signal: null })
    await task.expectNothingLeft()
    expect(task.uploaded().status).toBe('cancelled')
  })

  it('gives up an upload that hangs where it is signalled', async () => {
    const task = await TaskJob.create()
    task.artifacts.hang('create')
    const result = await task.job.uses({ ...base, run: 'true' })
    const post = result.startPost()
    await task.artifacts.arrived('create')
    const ended = await post.cancel()
    expect(ended).toMatchObject({ failed: false, exitCode: 0, signal: null })
    expect(messages(ended, 'warning').join()).toContain('given up')
    await task.expectNothingLeft()
  })
})

describe('ACT-5 an artifact service that hangs', () => {
  it('costs a job its time once', async () => {
    const task = await TaskJob.create()
    task.artifacts.hang('create')
    const steps = [
      await task.job.uses({ ...base, run: 'true' }),
      await task.job.uses({ ...base, run: 'true' }),
    ]
    const said: string[] = []
    for (const step of steps) said.push(messages(await step.post(), 'warning').join())
    expect(said[0]).toContain('did not answer within 30 s')
    expect(said[1]).toContain('did not answer within 3 s')
  })
})

describe('CTN-12 an engine that goes away', () => {
  it.each([REQUEST.create, REQUEST.write, REQUEST.attach, REQUEST.start])(
    'at %s is the cause that is reported',
    async (call) => {
      const task = await TaskJob.create()
      const gate = await EngineGate.start()
      const held = gate.hold(call)
      const running = task.job.start({ ...base, workspace: 'copy', run: 'true' }, { env: gate.env })
      await held.reachedBy(running)
      await gate.stop()
      const result = await running.result
      expect(await recordOf(result), result.log).toMatchObject({
        status: 'error',
        error: {
          code: 'ACODE-CTN-005',
          message: expect.stringMatching(/No container engine answers|The engine went away/),
        },
      })
    },
  )
})

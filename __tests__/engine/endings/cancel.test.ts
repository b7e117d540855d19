import { describe, expect, it } from 'vitest'
import { dockerTry, imageName, registryImage } from '../../support/engine.ts'
import { EngineGate, REQUEST, type When } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import type { FinishedStep } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind' }
const STUBBORN = `trap '' TERM INT; echo at work; while :; do sleep 1; done`

describe('RUN-10, CTN-6 a cancelled job ends inside of the runner’s patience with nothing left', () => {
  it.each([
    [
      'that ends on SIGTERM',
      `trap 'echo last words; exit 0' TERM; echo at work; while :; do sleep 0.1; done`,
    ],
    ['that ignores SIGTERM', STUBBORN],
  ])('while a task runs %s', async (_how, run) => {
    const task = await TaskJob.create()
    const running = task.job.start({ ...base, run, 'stop-grace': '60s' })
    await running.sees(/^at work/m)
    const result = await running.cancel()
    await expectCancelled(result)
    expect(result.output).toContain('at work\n')
    if (run !== STUBBORN) expect(result.output).toContain('last words\n')
    // RNR-6: a runner that is shut down runs no post. A task that has to be killed uses up most of the runner's
    // patience: on a busy machine post does the rest.
    if (run !== STUBBORN) {
      await task.expectNothingLeft()
      expect(task.uploaded().status).toBe('cancelled')
    }
    const post = await result.post()
    expect(post.failed, post.log).toBe(false)
    if (run !== STUBBORN) expect(post.annotations).toEqual([])
    await task.expectNothingLeft()
    expect(task.uploaded().status).toBe('cancelled')
  })

  it('RNR-6 with a record that is too large for a runner that shuts down: main uploads what says how it ended', async () => {
    const task = await TaskJob.create()
    const run = `head -c 6000000 /dev/urandom > "$ARTIFACT_DIR/large"; ${STUBBORN}`
    const running = task.job.start({ ...base, run, 'stop-grace': '0' })
    await running.sees(/^at work/m)
    const result = await running.cancel()
    await expectCancelled(result)
    const [cut = '', ...others] = task.artifacts.artifacts.keys()
    expect(others).toEqual([])
    expect(cut).toMatch(/-cut$/)
    expect(task.uploaded(cut).status).toBe('cancelled')
    expect(task.file('container/logs/runner.log', cut)).toMatch(/^at work\nACODE-CTN-009/)
    expect(task.file('container/metadata/left-out.txt', cut)).toContain('container/artifacts/large (5.7 MiB)')

    expect(await result.post()).toMatchObject({ failed: false, annotations: [] })
    const whole = cut.replace(/-cut$/, '')
    expect(task.uploaded(whole).status).toBe('cancelled')
    expect(task.file('container/artifacts/large', whole)).not.toBe('')
  })

  it('during a real pull', async () => {
    const image = registryImage(imageName.big)
    await dockerTry('rmi', '--force', image)
    const task = await TaskJob.create()
    const running = task.job.start({ ...base, image, run: 'true' })
    await running.sees(/::group::Pulling /)
    await expectCancelled(await running.cancel())
    await task.expectNothingLeft()
  })

  const CALLS: [moment: string, call: RegExp, when: When][] = [
    ['while orphans are looked for', REQUEST.list, 'before'],
    ['while the image is looked for', REQUEST.image, 'before'],
    ['during a pull that hangs', REQUEST.pull, 'before'],
    ['before the container is created', REQUEST.create, 'before'],
    ['when the container is created', REQUEST.create, 'after'],
    ['before the container is attached to', REQUEST.attach, 'before'],
    ['before the container is started', REQUEST.start, 'before'],
    ['when the container is started', REQUEST.start, 'after'],
    ['while its end is waited for', REQUEST.wait, 'before'],
    ['while the container’s end is looked at', REQUEST.inspect, 'before'],
  ]
  it.each(someOf(CALLS, 4))('%s', async (_moment, call, when) => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const held = gate.hold(call, when)
    const running = task.job.start({ ...base, run: 'true', pull: 'always', image: PULLED }, { env: gate.env })
    await held.reachedBy(running)
    const result = await running.cancel()
    await expectCancelled(result)
    expect((await result.post()).failed).toBe(false)
    await task.expectNothingLeft()
    expect(task.uploaded().status).toBe('cancelled')
  })
})

const PULLED = registryImage(imageName.pulled)

describe('RUN-10, CTN-6 SIGTERM with no SIGINT before it (a job container that is stopped)', () => {
  it('ends a task that ignores SIGTERM at once, with nothing left', async () => {
    const task = await TaskJob.create()
    const running = task.job.start({ ...base, run: STUBBORN, 'stop-grace': '60s' })
    await running.sees(/^at work/m)
    const result = await running.kill('SIGTERM')
    await expectCancelled(result)
    await task.expectNothingLeft()
  })
})

async function expectCancelled(result: FinishedStep): Promise<void> {
  // The runner sends SIGTERM 7.5 s after SIGINT, and SIGKILL after another 2.5 s.
  expect(result.signal, result.log).toBeNull()
  expect(await recordOf(result), result.log).toMatchObject({
    status: 'cancelled',
    error: { code: 'ACODE-CTN-009' },
  })
  expect(result).toMatchObject({
    failed: true,
    outputs: { status: 'cancelled', 'error-code': 'ACODE-CTN-009' },
  })
}

import { describe, expect, it } from 'vitest'
import { lockName } from '../../../src/run/images/image-lock.ts'
import { removedLater, unfinishedImages } from '../../support/derived-images.ts'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { EngineGate } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'none', run: 'cat /made' }
/** The last step of making an image, which is whole before and has not its name. */
const LAST = /^POST \/build\?.*t=acode-setup:[0-9a-f]{32}(?!-new)/
const LOCK = ['ps', '--all', '--quiet', '--filter', `name=${lockName('')}`.replace('.lock', '')]

async function killedBuilder(setup: string): Promise<TaskJob> {
  const task = await TaskJob.create()
  const gate = await EngineGate.start()
  const held = gate.hold(LAST)
  const running = task.job.start({ ...base, setup }, { env: gate.env })
  await held.reachedBy(running)
  expect(await unfinishedImages()).not.toEqual([])
  expect(await docker(...LOCK)).not.toBe('')
  await running.kill()
  await gate.stop()
  return task
}

describe('CTN-11 IMX-1 an image whose builder is killed', () => {
  it('is built by the next task, which takes the lock over; what was left is removed', async () => {
    const setup = 'echo killed >/made'
    await killedBuilder(setup)
    const next = await TaskJob.create()
    const step = await removedLater(await next.job.uses({ ...base, setup }))
    expect(step.lines, step.log).toContain('killed')
    expect((await recordOf(step)).made?.[0]).toMatchObject({ kind: 'setup', isBuilt: true })
    expect(await docker(...LOCK)).toBe('')
    const clean = await next.job.uses({}, { action: 'clean' })
    expect(clean.failed, clean.log).toBe(false)
    expect(clean.log).toMatch(/^ {2}image acode-setup:[0-9a-f]{32}: it is 0 days old$/m)
    expect(await unfinishedImages()).toEqual([])
  })

  it('is removed with its lock by the post step', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const held = gate.hold(LAST)
    const running = task.job.start({ ...base, setup: 'echo post >/made' }, { env: gate.env })
    await held.reachedBy(running)
    await running.kill()
    const post = await running.post()
    expect(post.failed, post.log).toBe(false)
    expect(await docker(...LOCK)).toBe('')
    expect(await unfinishedImages()).toEqual([])
    await task.expectNothingLeft()
  })

  it('and one that others made of ours is never removed', async () => {
    const task = await TaskJob.create()
    const step = await removedLater(await task.job.uses({ ...base, setup: 'echo ours >/made' }))
    const image = (await recordOf(step)).made?.[0]?.image ?? ''
    const theirs = 'acode-test/theirs:1'
    await docker('tag', image, theirs)
    await docker('rmi', image)
    try {
      await task.job.uses({}, { action: 'clean' })
      expect(await dockerTry('image', 'inspect', theirs)).toHaveProperty('exitCode', 0)
    } finally {
      await docker('rmi', theirs)
    }
  })
})

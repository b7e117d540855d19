import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { TaskJob } from '../../support/task-job.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NODE = path.resolve(import.meta.dirname, '../../../node_modules/node/bin/node')

/** What main gave up the engine may carry out a moment later. */
const SOON = { timeout: 30_000, interval: 250 }

/** With secrets, which would stay in clear, and a task that ends only when it is ended. */
const inputs = {
  image: imageName.base,
  network: 'none',
  workspace: 'bind',
  secrets: 'TOKEN=very-secret',
  run: 'echo at work; while :; do echo again; sleep 0.1; done',
}

describe('RNR-6 a runner that died: the log is no longer read', () => {
  it('is a cancel to main, which ends the task and removes everything', async () => {
    const task = await TaskJob.create()
    const running = task.job.start(inputs)
    await running.sees(/^at work/m)
    running.child.stdout?.destroy()
    running.child.stderr?.destroy()
    await running.result
    expect(running.child.exitCode).toBe(1)
    await expect.poll(() => task.containers(), SOON).toEqual([])
    await task.expectNothingLeft()
  })

  it('is a cancel also where the task is silent: main’s parent is gone', async () => {
    const folder = temporaryFolder()
    const worker = path.join(folder, 'worker')
    writeFileSync(worker, `#!/bin/sh\n'${NODE}' "$@" &\nwait\n`, { mode: 0o755 })
    const task = await TaskJob.create({ nodePath: worker })
    const running = task.job.start({ ...inputs, run: 'echo at work; sleep 1000' })
    await running.sees(/^at work/m)
    await running.kill()
    await expect.poll(() => task.job.leftoverProcesses(), SOON).toEqual([])
    await expect.poll(() => task.containers(), SOON).toEqual([])
    await task.expectNothingLeft()
  })

  it('is nothing to post, which cleans up all the same', async () => {
    const task = await TaskJob.create()
    const running = task.job.start(inputs)
    await running.sees(/^at work/m)
    await running.kill()
    const post = (await running.result).startPost()
    post.child.stdout?.destroy()
    post.child.stderr?.destroy()
    await post.result
    expect(post.child.exitCode).toBe(0)
    await task.expectNothingLeft()
    expect(task.uploaded().status).toBe('cancelled')
  })
})

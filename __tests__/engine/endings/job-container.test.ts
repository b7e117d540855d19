import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { TaskJob } from '../../support/task-job.ts'

const container = { image: 'node:22-slim' }
const inputs = { image: imageName.base, network: 'none', secrets: 'TOKEN=very-secret' }

describe.skipIf(process.getuid?.() !== 0)(
  'RNR-5, RNR-6 in a job container, where signals reach `docker exec` alone',
  () => {
    it('main sees that its step is over, ends its task, and post says how', async () => {
      const task = await TaskJob.create({ container })
      const running = task.job.start({ ...inputs, run: 'echo at work; sleep 1000' })
      await running.sees(/^at work/m)
      const main = await running.cancel()
      expect(main.log).not.toContain('cancelled')
      await ended(task)
      expect(await task.containers()).toEqual([])

      const post = await main.post()
      expect(post).toMatchObject({ failed: false, summary: expect.stringMatching(/^### .*: cancelled\n/) })
      expect(post.annotations).toMatchObject([{ level: 'warning', title: 'ACODE-CTN-009' }])
      await task.expectNothingLeft()
      expect(task.uploaded()).toMatchObject({ status: 'cancelled', cleanup: { failed: [] } })
    })

    it('main that post finds at work ends first, and what it changed is not applied', async () => {
      const task = await TaskJob.create({ container })
      const running = task.job.start({
        ...inputs,
        changes: 'apply',
        'on-cancel': 'succeeded',
        run: 'echo changed > file; echo at work; sleep 1000',
      })
      await running.sees(/^at work/m)
      const main = await running.cancel()
      const post = await main.post()
      expect(post.failed).toBe(false)
      await task.expectNothingLeft()
      expect(existsSync(path.join(task.job.workspace, 'file'))).toBe(false)
      expect(task.uploaded()).toMatchObject({ status: 'cancelled', cleanup: { failed: [] } })
    })

    it('a step that ends by itself has the summary that it asks for, and no other', async () => {
      const task = await TaskJob.create({ container })
      const main = await task.job.uses({ ...inputs, summary: 'never', run: 'true' })
      expect(main, main.log).toMatchObject({ failed: false, summary: '' })
      await main.post()
      await task.expectNothingLeft()
    })
  },
)

/** Resolves when no process of the job is left: main of a job container is one of this machine, too. */
async function ended(task: TaskJob): Promise<void> {
  while (task.job.leftoverProcesses().length > 0) await new Promise((resolve) => setTimeout(resolve, 50))
}

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { containers, imageName } from '../../support/engine.ts'
import { jobs, sessionOf } from '../../support/jobs.ts'
import { withTmpfs } from '../../support/mounted.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const image = imageName.base

/** A folder beside the one in which the runner of the tests has its own files. */
function folder(): string {
  const made = mkdtempSync('/var/tmp/runner-temp-')
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

describe('RUNNER_TEMP that is full', () => {
  const newJob = jobs()

  it('RUN-8 costs the task nothing: it succeeds, its output is shown whole, and a warning says what is missing', async () => {
    const temp = folder()
    const job = await newJob({ runner: { RUNNER_TEMP: temp } })
    const run = 'yes "a line" | head -n 2000000; echo the end'
    await withTmpfs(temp, 'size=4m,mode=755', async () => {
      const step = await job.uses({ image, run })
      expect(step.outputs.status).toBe('succeeded')
      expect(step.failed).toBe(false)
      expect(step.lines).toContain('the end')
      expect(step.annotations).toEqual([
        expect.objectContaining({ level: 'warning', title: 'ACODE-CTN-013' }),
      ])
      expect(messages(step, 'warning')[0]).toContain('ENOSPC')
      const post = await step.post()
      expect(post.failed).toBe(false)
      expect(messages(post, 'error')).toEqual([])
    })
  })
})

describe('a record on a disk that is full', () => {
  it.each(['before main ends', 'before post'])('RUN-8 is uploaded all the same (%s)', async (when) => {
    const temp = folder()
    const task = await TaskJob.create({ runner: { RUNNER_TEMP: temp } })
    const fill = () => execFileSync('sh', ['-c', `cat /dev/zero >"${temp}/filler" 2>/dev/null || true`])
    await withTmpfs(temp, 'size=4m,mode=755', async () => {
      const run = when === 'before post' ? 'echo done' : 'yes "a line" | head -n 2000000'
      const step = await task.job.uses({ image, run })
      expect(step.outputs.status, step.output).toBe('succeeded')
      if (when === 'before post') fill()
      const post = await step.post()
      // What main finished is not written again.
      expect(post.annotations, post.output).toEqual([])
      expect(task.uploaded()).toMatchObject({ status: 'succeeded', exitCode: 0 })
    })
  })

  it('RUN-8 cannot be begun there, and nothing is started', async () => {
    const temp = folder()
    const task = await TaskJob.create({ runner: { RUNNER_TEMP: temp } })
    await withTmpfs(temp, 'size=64k,mode=755', async () => {
      const step = await task.job.uses({ image, run: 'true' })
      expect(step.annotations).toEqual([expect.objectContaining({ level: 'error', title: 'ACODE-CTN-013' })])
      expect(messages(step, 'error')[0]).toMatch(/ENOSPC.*Nothing was started.*RUNNER_TEMP/s)
      expect(await task.containers()).toEqual([])
    })
  })
})

describe('a record that cannot be written', () => {
  const newJob = jobs({ env: { PATH: '/nonexistent' } })

  it('RUN-8 on a read-only file system is a clear error, and nothing is started', async () => {
    const temp = folder()
    const job = await newJob({ runner: { RUNNER_TEMP: temp } })
    await withTmpfs(temp, 'ro', async () => {
      const step = await job.uses({ image, run: 'true' })
      expect(step.failed).toBe(true)
      expect(step.annotations).toEqual([expect.objectContaining({ level: 'error', title: 'ACODE-CTN-013' })])
      expect(messages(step, 'error')[0]).toMatch(/cannot be written.*Nothing was started.*RUNNER_TEMP/s)
      expect(await containers(`label=acode.session=${sessionOf(job)}`)).toEqual([])
      expect((await step.post()).failed).toBe(false)
    })
  })

  it('RUN-8 where a file is in the way is a clear error', async () => {
    const temp = folder()
    const job = await newJob({ runner: { RUNNER_TEMP: temp } })
    rmdirSync(temp)
    writeFileSync(temp, '')
    const step = await job.uses({ image, run: 'true' })
    expect(step.annotations).toEqual([expect.objectContaining({ level: 'error', title: 'ACODE-CTN-013' })])
    expect((await step.post()).failed).toBe(false)
  })

  it('RUN-8 where the folder is another user’s is a clear error', async () => {
    const temp = folder()
    const job = await newJob({ user: { uid: 1501, gid: 1501 }, env: {}, runner: { RUNNER_TEMP: temp } })
    chmodSync(temp, 0o755)
    const step = await job.uses({ image, run: 'true' })
    expect(messages(step, 'error')[0]).toContain('EACCES')
    expect((await step.post()).failed).toBe(false)
  })
})

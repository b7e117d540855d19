import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { deadlyDocker, type Moment } from '../../support/deadly-docker.ts'
import { containers, volumes } from '../../support/engine.ts'
import type { FinishedStep } from '../../support/runner.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

type KilledAt = {
  readonly phase: string
  readonly workspace: string
  readonly call: string
  readonly when?: Moment
}

/** Where main is killed, by the call of the engine that kills it. */
const MOMENTS: readonly KilledAt[] = [
  { phase: 'prepare, the layers just made', workspace: 'overlay', call: '"create --name"*' },
  { phase: 'prepare, while the copy is sent', workspace: 'copy', call: '"cp - "*' },
  { phase: 'prepare, while the clone is sent', workspace: 'clone', call: '"cp - "*' },
  { phase: 'create', workspace: 'overlay', call: '"create --name"*', when: 'during' },
  { phase: 'create', workspace: 'copy', call: '"create --name"*', when: 'during' },
  { phase: 'run', workspace: 'overlay', call: '"start --attach"*' },
  {
    phase: 'collect, a helper just made',
    workspace: 'overlay',
    call: '"create --name"*.helper-*acode-layer*',
    when: 'after',
  },
  { phase: 'collect, while the layer is asked', workspace: 'overlay', call: '"cp "*:/acode-layer*' },
  { phase: 'collect, while the copy is read', workspace: 'copy', call: '"cp "*" -"' },
  { phase: 'remove', workspace: 'overlay', call: '"rm --force"*' },
]

const RUN = 'rm -r folder; mkdir folder; echo again > folder/file-1; echo more >> shared'

async function killed(moment: (typeof MOMENTS)[number]): Promise<{ job: WorkspaceJob; step: FinishedStep }> {
  const job = await WorkspaceJob.create()
  const env = deadlyDocker(moment.call, moment.when)
  const inputs = { 'task-id': 'killed', workspace: moment.workspace, run: RUN }
  return { job, step: await job.runKilled(inputs, env) }
}

/** The same, some time later: the calls of the engine that outlived main have come to their end. */
async function killedBefore(moment: KilledAt): Promise<WorkspaceJob> {
  const { job } = await killed(moment)
  await expect.poll(() => job.job.leftoverProcesses(), { timeout: 30_000 }).toEqual([])
  return job
}

describe('workspace: main is killed', () => {
  test.each(MOMENTS)('in $phase ($workspace): post leaves nothing (CTN-10, GIT-2)', async (moment) => {
    const { job, step } = await killed(moment)

    const post = await step.post()

    expect(post.annotations).toMatchObject([{ level: 'warning', title: 'ACODE-CTN-009' }])
    await job.expectNothingLeft()
  })

  test.each(MOMENTS)(
    'in $phase ($workspace): the next start leaves nothing (CTN-10, GIT-3)',
    async (moment) => {
      const job = await killedBefore(moment)

      const next = await job.run({ 'task-id': 'next', workspace: 'overlay', run: 'true' })

      expect(next.annotations).toEqual([])
      const { kept, failed } = recordOf(next).cleanup
      expect(failed).toEqual([])
      expect(kept.filter(({ name }) => name.includes(job.session))).toEqual([])
      await job.expectNothingLeft()
    },
  )

  test.each(MOMENTS)(
    'in $phase ($workspace): a second try of the task works (CTN-10, GIT-1)',
    async (moment) => {
      const job = await killedBefore(moment)

      const again = await job.run({ 'task-id': 'killed', workspace: moment.workspace, run: RUN })

      expect(recordOf(again)).toMatchObject({ status: 'succeeded', cleanup: { failed: [] } })
      expect(again.annotations).toEqual([])
      await job.expectNothingLeft()
    },
  )

  test('the volume of a living owner is not touched (CTN-4)', async () => {
    const job = await WorkspaceJob.create()
    const living = job.start({
      'task-id': 'living',
      workspace: 'overlay',
      run: 'echo up; while ! test -e go; do sleep 0.1; done',
    })
    await living.sees(/^up$/m)
    const filter = `label=acode.session=${job.session}`
    const before = await volumes(filter)

    const next = await job.run({ 'task-id': 'next', workspace: 'copy', run: 'true' })

    expect(next.failed).toBe(false)
    expect(before).toHaveLength(1)
    expect(await volumes(filter)).toEqual(before)
    expect(await containers(filter)).toHaveLength(1)
    await living.cancel()
    await job.expectNothingLeft()
    expect(globSync('acode-*', { cwd: job.job.temp })).toHaveLength(2)
  })
})

import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { deadlyDocker } from '../support/deadly-docker.ts'
import { containers, volumes } from '../support/engine.ts'
import { recordOf, WorkspaceJob } from '../support/workspace-job.ts'

/** Where main is killed, by the call of the engine that kills it. */
const MOMENTS = [
  {
    phase: 'prepare, the layers just made',
    workspace: 'overlay',
    call: '"volume create"*.work-*',
    after: true,
  },
  { phase: 'prepare, before the overlay is made', workspace: 'overlay', call: '"volume create"*.overlay-*' },
  { phase: 'prepare, while the copy is sent', workspace: 'copy', call: '"cp - "*' },
  { phase: 'prepare, while the clone is sent', workspace: 'clone', call: '"cp - "*' },
  { phase: 'run', workspace: 'overlay', call: '"start --attach"*' },
  {
    phase: 'collect, the probes just made',
    workspace: 'overlay',
    call: '"volume create"*.probe-*',
    after: true,
  },
  {
    phase: 'collect, a helper just made',
    workspace: 'overlay',
    call: '"create --pull never --network none"*',
    after: true,
  },
  { phase: 'collect, while the layer is read', workspace: 'overlay', call: '"cp "*:/acode-layer*' },
  { phase: 'collect, while the copy is read', workspace: 'copy', call: '"cp "*" -"' },
  { phase: 'remove', workspace: 'overlay', call: '"volume rm"*' },
] as const

const RUN = 'rm -r folder; mkdir folder; echo again > folder/file-1; echo more >> shared'

async function killed(moment: (typeof MOMENTS)[number]): Promise<WorkspaceJob> {
  const job = await WorkspaceJob.create()
  const env = deadlyDocker(moment.call, 'after' in moment ? 'after' : 'before')
  const step = await job.run({ 'task-id': 'killed', workspace: moment.workspace, run: RUN }, env)
  expect({ signal: step.signal, log: step.signal ? '' : step.log }).toEqual({ signal: 'SIGKILL', log: '' })
  return job
}

describe('workspace: main is killed', () => {
  test.each(MOMENTS)('in $phase ($workspace): post leaves nothing (CTN-10, GIT-2)', async (moment) => {
    const job = await WorkspaceJob.create()
    const env = deadlyDocker(moment.call, 'after' in moment ? 'after' : 'before')
    const step = await job.run({ 'task-id': 'killed', workspace: moment.workspace, run: RUN }, env)
    expect({ signal: step.signal, log: step.signal ? '' : step.log }).toEqual({ signal: 'SIGKILL', log: '' })

    const post = await step.post()

    expect(post.annotations).toEqual([])
    await job.expectNothingLeft()
  })

  test.each(MOMENTS)(
    'in $phase ($workspace): the next start leaves nothing (CTN-10, GIT-3)',
    async (moment) => {
      const job = await killed(moment)

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
      const job = await killed(moment)

      const again = await job.run({ 'task-id': 'killed', workspace: moment.workspace, run: RUN })

      expect(recordOf(again)).toMatchObject({ status: 'succeeded', cleanup: { failed: [] } })
      expect(again.annotations).toEqual([])
      await job.expectNothingLeft()
    },
  )

  test('the volumes of a living owner are not touched (CTN-4)', async () => {
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
    expect(before.length).toBeGreaterThanOrEqual(3)
    expect(await volumes(filter)).toEqual(before)
    expect(await containers(filter)).toHaveLength(1)
    await living.cancel()
    await job.expectNothingLeft()
    expect(globSync('acode/*', { cwd: job.job.temp })).toHaveLength(2)
  })
})

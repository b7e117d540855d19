import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { containers, volumes } from '../../support/engine.ts'
import { EngineGate, killedAt, type Moment, REQUEST } from '../../support/engine-gate.ts'
import type { FinishedStep } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

type KilledAt = {
  readonly phase: string
  readonly workspace: string
  readonly call: RegExp
  readonly when?: Moment
}

/** Where main is killed, by its request at that moment. */
const MOMENTS: readonly KilledAt[] = [
  { phase: 'prepare, the layers just made', workspace: 'overlay', call: REQUEST.create },
  { phase: 'prepare, while the copy is sent', workspace: 'copy', call: REQUEST.write },
  { phase: 'prepare, while the clone is sent', workspace: 'clone', call: REQUEST.write },
  { phase: 'create', workspace: 'overlay', call: REQUEST.create, when: 'during' },
  { phase: 'create', workspace: 'copy', call: REQUEST.create, when: 'during' },
  { phase: 'run', workspace: 'overlay', call: REQUEST.start },
  {
    phase: 'collect, a helper just made',
    workspace: 'overlay',
    call: /^POST \/containers\/create\?name=.*\.helper-.*acode-layer/,
    when: 'after',
  },
  {
    phase: 'collect, while the layer is asked',
    workspace: 'overlay',
    call: /^(HEAD|GET) .*\/archive\?path=\/acode-layer/,
  },
  { phase: 'collect, while the copy is read', workspace: 'copy', call: REQUEST.read },
  { phase: 'remove', workspace: 'overlay', call: REQUEST.remove },
]

const RUN = 'rm -r folder; mkdir folder; echo again > folder/file-1; echo more >> shared'

async function killed(
  { call, when = 'before', workspace }: KilledAt,
  isAwaited = false,
): Promise<{ job: WorkspaceJob; step: FinishedStep }> {
  const job = await WorkspaceJob.create()
  const gate = await EngineGate.start()
  const start = () => job.start({ 'task-id': 'killed', workspace, run: RUN }, gate.env)
  return { job, step: await killedAt(gate, call, when, start, isAwaited) }
}

/** The same, some time later: the calls of the engine that outlived main have come to their end. */
async function killedBefore(moment: KilledAt): Promise<WorkspaceJob> {
  const { job } = await killed(moment, true)
  await expect.poll(() => job.job.leftoverProcesses(), { timeout: 30_000 }).toEqual([])
  return job
}

describe('workspace: main is killed', () => {
  test.each(someOf(MOMENTS, 4))(
    'in $phase ($workspace): post leaves nothing (CTN-10, GIT-2)',
    async (moment) => {
      const { job, step } = await killed(moment)

      const post = await step.post()

      expect(post.annotations).toMatchObject([{ level: 'warning', title: 'ACODE-CTN-009' }])
      await job.expectNothingLeft()
    },
  )

  test.each(someOf(MOMENTS, 2, 1))(
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

  test.each(someOf(MOMENTS, 2, 2))(
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
    await (await living.cancel()).post()
    await job.expectNothingLeft()
    expect(globSync('acode-*', { cwd: job.job.temp })).toHaveLength(2)
  })
})

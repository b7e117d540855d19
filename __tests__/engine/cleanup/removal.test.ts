import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { stateOf } from '../../support/managed-container.ts'
import { recordOf } from '../../support/record.ts'
import { TaskJob, volumesOf } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

/** With a volume for the control folder, so that its removal is seen too. */
const base = { image: imageName.base, network: 'none', workspace: 'bind', user: '4321' }
const UNTIL_SEEN = 'echo at work; while [ ! -e seen ]; do sleep 0.05; done'

const OUTCOMES: [outcome: string, inputs: Record<string, string>, record: object][] = [
  ['success', { run: UNTIL_SEEN }, { status: 'succeeded', exitCode: 0 }],
  ['failure', { run: `${UNTIL_SEEN}; exit 3` }, { status: 'failed', exitCode: 3 }],
  [
    'a timeout',
    {
      run: `trap 'over=1' TERM; ${UNTIL_SEEN}; until [ "$over" ]; do sleep 0.05; done`,
      timeout: '5s',
      'stop-grace': '60s',
    },
    { status: 'timed-out', timedOut: true },
  ],
  [
    'death by memory limit',
    { run: `${UNTIL_SEEN}; tail /dev/zero || { sleep 0.5; exit 137; }`, memory: '32m' },
    { status: 'out-of-memory', oomKilled: true },
  ],
]

describe('CTN-5 the container and its volumes are gone', () => {
  it.each(OUTCOMES)('after %s', async (_outcome, inputs, expected) => {
    const task = await TaskJob.create(await unprivileged())
    const running = task.job.start({ ...base, ...inputs })
    await running.sees(/^at work/m)
    const { id } = await task.container()
    const volumes = await volumesOf(id)
    expect(volumes).not.toEqual([])
    writeFileSync(path.join(task.job.workspace, 'seen'), '')

    const result = await running.result
    expect(await recordOf(result), result.log).toMatchObject({ ...expected, cleanup: { failed: [] } })
    expect(await stateOf(id)).toBeNull()
    await task.expectNothingLeft(volumes)
  })

  it('where it cannot start', async () => {
    const task = await TaskJob.create(await unprivileged())
    // The engine makes the container and refuses its port only when it starts.
    const options = `--publish 127.0.0.1:${new URL(task.artifacts.url).port}:80`
    const result = await task.job.uses({ ...base, network: 'bridge', options, run: 'true' })
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'error',
      error: { code: 'ACODE-CTN-003' },
    })
    expect((await recordOf(result)).error?.message).toMatch(
      /could not be started: .*(address already in use|port)/,
    )
    expect((await recordOf(result)).container.id).not.toBeNull()
    await task.expectNothingLeft()
  })

  it('with the volumes that its image declares', async () => {
    const task = await TaskJob.create()
    const image = `acode-test/volume:${task.session}`
    await docker('create', '--name', task.session, '--label', 'acode.test', imageName.base)
    onTestFinished(async () => {
      await dockerTry('rm', task.session)
      await dockerTry('rmi', image)
    })
    await docker('commit', '--change', 'VOLUME /declared', task.session, image)

    const running = task.job.start({
      image,
      run: `echo leaf >/declared/leaf; ${UNTIL_SEEN}`,
      workspace: 'bind',
    })
    await running.sees(/^at work/m)
    const volumes = await volumesOf((await task.container()).id)
    expect(volumes).toHaveLength(1)
    writeFileSync(path.join(task.job.workspace, 'seen'), '')
    expect((await running.result).failed).toBe(false)
    await task.expectNothingLeft(volumes)
  })
})

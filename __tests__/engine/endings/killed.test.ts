import { describe, expect, it } from 'vitest'
import type { RunRecord } from '../../../src/record/run-record.ts'
import { imageName, registryImage } from '../../support/engine.ts'
import { EngineGate, REQUEST, type When } from '../../support/engine-gate.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob, volumesOf } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

type Case = { readonly inputs: Record<string, string>; readonly isRoot?: false }

const secrets = 'TOKEN=very-secret'
const short: Case = {
  inputs: { image: imageName.base, run: 'echo ready', secrets, network: 'none', workspace: 'bind' },
}
/** Without a checkout no helper is removed before the task's container is. */
const bare: Case = { inputs: { ...short.inputs, workspace: 'none' } }
const pulled: Case = { inputs: { ...short.inputs, image: registryImage(imageName.pulled), pull: 'always' } }
/** The image names its user by word: the engine is asked for its number. */
const named: Case = { inputs: { ...short.inputs, image: imageName.user, user: 'image', profile: 'standard' } }
/** Neither the runner's user nor root: the control folder is a volume. */
const volume: Case = { inputs: { ...short.inputs, user: '4321' }, isRoot: false }

/** Each moment of a run's life: which call of the engine main is at, and whether the engine has done it. */
const BEFORE: [moment: string, call: RegExp, when: When, given: Case][] = [
  ['before orphans are looked for', REQUEST.list, 'before', short],
  ['before the image is looked for', REQUEST.image, 'before', short],
  ['when the image is found', REQUEST.image, 'after', short],
  ['before the pull', REQUEST.pull, 'before', pulled],
  ['after the pull', REQUEST.pull, 'after', pulled],
  ['before the container is created', REQUEST.create, 'before', short],
  ['when the container is created', REQUEST.create, 'after', short],
  ['when a container with a volume is created', REQUEST.create, 'after', volume],
  ['before the user is looked up', REQUEST.stat, 'before', named],
  ['when the user is known', REQUEST.read, 'after', named],
  ['before the control folder is filled', REQUEST.write, 'before', volume],
  ['when the control folder is filled', REQUEST.write, 'after', volume],
  ['before the container is started', REQUEST.start, 'before', short],
  ['when the container is started', REQUEST.start, 'after', short],
  ['when the container has run', REQUEST.wait, 'after', short],
  ['before its end is looked at', REQUEST.inspect, 'before', short],
  ['when its end is known', REQUEST.inspect, 'after', short],
]
/** How the task ended is in the record from here on. */
const AFTER: typeof BEFORE = [
  ['before its files are collected', REQUEST.readControl, 'before', volume],
  ['when its files are collected', REQUEST.readControl, 'after', volume],
  ['before the container is removed', REQUEST.remove, 'before', bare],
  ['when the container is removed', REQUEST.remove, 'after', bare],
]

describe('CTN-6, RUN-8, RNR-6 main killed with SIGKILL, then post: nothing is left, and the record says so', () => {
  it.each(
    someOf(
      [
        ...BEFORE.map((one) => [...one, 'cancelled'] as const),
        ...AFTER.map((one) => [...one, 'succeeded'] as const),
      ],
      6,
    ),
  )('%s', async (_moment, call, when, given, status) => {
    const task = await TaskJob.create(given.isRoot === false ? await unprivileged() : {})
    const gate = await EngineGate.start()
    const held = gate.hold(call, when)
    const running = task.job.start(given.inputs, { env: gate.env })
    await held.reachedBy(running)
    // Helpers come and go beside what main waits for.
    const lasting = (await task.containers()).filter(({ name }) => !name.includes('.helper-'))
    const volumes = (await Promise.all(lasting.map(({ id }) => volumesOf(id)))).flat()
    expect(task.privateFolders()).toHaveLength(1)

    await running.kill()
    const record = await expectCleaned(task, await running.post(), volumes, status)
    expect(record.container.image).toBe(call === REQUEST.list ? record.container.image : given.inputs.image)
    if (status === 'cancelled') return
    expect(record).toMatchObject({ exitCode: 0, workspace: { method: given.inputs.workspace } })
    expect(record.phases.run).toBeGreaterThan(0)
    expect(record.container.id).not.toBeNull()
  })

  it('while the task runs', async () => {
    const task = await TaskJob.create(await unprivileged())
    const running = task.job.start({ ...volume.inputs, run: 'echo ready; sleep 1000' })
    await running.sees(/^ready/m)
    await running.kill()
    const { id, state } = await task.container()
    expect(state).toBe('running')
    const volumes = await volumesOf(id)
    expect(volumes).not.toEqual([])
    await expectCleaned(task, await running.post(), volumes)
  })

  it('with a creation on its way that reaches the engine only while post cleans up', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const create = gate.hold(REQUEST.create)
    const running = task.job.start(short.inputs, { env: gate.env })
    await create.reachedBy(running)
    await running.kill()
    const listed = gate.hold(REQUEST.list, 'after')
    const killed = await running.result
    const post = killed.startPost()
    await listed.reachedBy(post)
    create.open()
    listed.open()
    await expectCleaned(task, await post.result, [])
  })
})

async function expectCleaned(
  task: TaskJob,
  post: { failed: boolean; log: string },
  volumes: string[],
  status: 'cancelled' | 'succeeded' = 'cancelled',
): Promise<RunRecord> {
  expect(post, post.log).toMatchObject({
    failed: false,
    annotations: [{ level: 'warning', title: 'ACODE-CTN-009', message: expect.stringMatching(/was ended/) }],
    summary: expect.stringMatching(new RegExp(`^### .*: ${status}\n`)),
  })
  expect(post.log).toMatch(new RegExp(`^\\S+: ${status} in `, 'm'))
  await task.expectNothingLeft(volumes)
  const record = task.uploaded()
  expect(record).toMatchObject({
    status,
    error: { code: 'ACODE-CTN-009' },
    cleanup: { failed: [], orphans: [] },
  })
  expect(record.finishedAt).not.toBeNull()
  expect(task.file('container/metadata/events.jsonl')).toContain('"task.container.finished"')
  return record
}

import { describe, expect, it } from 'vitest'
import { DockerShim } from '../support/docker-shim.ts'
import { docker, imageName } from '../support/engine.ts'
import { dead, living, type Managed, makeManaged, stateOf } from '../support/managed-container.ts'
import { recordOf } from '../support/record.ts'
import { TaskJob } from '../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind', run: 'true' }

const ORPHANS: [what: string, labels: () => Pick<Managed, 'owner' | 'deadline'>][] = [
  ['whose owner is dead', () => ({ owner: dead() })],
  ['of an earlier boot', () => ({ owner: { ...living(), boot: '00000000-0000-0000-0000-000000000000' } })],
  ['past its deadline', () => ({ owner: living(), deadline: 1_000_000_000 })],
  [
    'past its deadline and of another host',
    () => ({ owner: { ...living(), host: 'else/1' }, deadline: 1_000_000_000 }),
  ],
  [
    'past its deadline and with an owner that cannot be read',
    () => ({ owner: '{', deadline: 1_000_000_000 }),
  ],
]

const UNPROVEN: [what: string, labels: () => Pick<Managed, 'owner' | 'deadline'>, why: string][] = [
  ['of another host', () => ({ owner: { ...living(), host: 'else/1' } }), 'its owner is on host else/1'],
  [
    'of another pid namespace',
    () => ({ owner: { ...dead(), pidNamespace: 'pid:[1]' } }),
    'its owner is in another pid namespace',
  ],
  [
    'with garbage for labels',
    () => ({ owner: 'garbage', deadline: 'soon' }),
    'its owner label cannot be read',
  ],
]

describe('CTN-11 an orphan', () => {
  it.each(ORPHANS)('%s is removed at the start', async (_what, labels) => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const id = await makeManaged({ name, session, running: true, ...labels() })
    const result = await task.job.uses(base)
    expect(result.failed, result.log).toBe(false)
    expect(await stateOf(id)).toBeNull()
    expect((await recordOf(result)).cleanup.orphans).toContain(name)
    expect(result.log).toMatch(new RegExp(`Removed orphans: .*${name}`))
  })

  it.each(ORPHANS)('%s is removed by post', async (_what, labels) => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const result = await task.job.uses(base)
    const id = await makeManaged({ name, session, running: true, ...labels() })
    const post = await result.post()
    expect(post.failed).toBe(false)
    expect(await stateOf(id)).toBeNull()
    expect(post.log).toMatch(new RegExp(`Removed orphans: .*${name}`))
    expect(task.uploaded().cleanup.orphans).toContain(name)
  })
})

describe('CTN-11 what is not proven to be an orphan is kept', () => {
  it.each(UNPROVEN)('one %s, and told in log and record', async (_what, labels, reason) => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const id = await makeManaged({ name, session, running: true, ...labels() })
    const result = await task.job.uses(base)
    expect(result.failed, result.log).toBe(false)
    expect((await recordOf(result)).cleanup.kept).toContainEqual({ name, reason })
    expect(result.log).toContain(`Kept ${name}, which cannot be proven an orphan: ${reason}`)
    const post = await result.post()
    expect(task.uploaded().cleanup.kept).toContainEqual({ name, reason })
    expect(post.annotations).toEqual([])
    expect(await stateOf(id)).toBe('running')
  })

  it('a living sibling’s container, silently', async () => {
    const [sibling, task] = await Promise.all([TaskJob.create(), TaskJob.create()])
    const wait = { ...base, run: 'echo at work; while [ ! -e done ]; do sleep 0.05; done' }
    const running = sibling.job.start(wait)
    await running.sees(/^at work/m)
    const { id, name } = await sibling.container()
    const result = await task.job.uses(base)
    const post = await result.post()
    expect(await stateOf(id)).toBe('running')
    expect(result.log + post.log).not.toContain(name)
    expect(JSON.stringify(task.uploaded().cleanup)).not.toContain(name)

    const done = await sibling.job.uses({ ...base, run: 'touch done' })
    expect(done.failed, done.log).toBe(false)
    expect((await running.result).failed).toBe(false)
  })
})

/** The name of a task of another session, cleaned up with this job's own. */
function another({ session }: TaskJob): { name: string; session: string } {
  return { name: `acode-${session}x-left`, session: `${session}x` }
}

it('CTN-11 what its owner removes while the sweep looks is none that the sweep removed', async () => {
  const task = await TaskJob.create()
  const shim = DockerShim.create()
  const { name } = another(task)
  const volume = `${name}.upper-1`
  const labels = { 'acode.managed': 'true', 'acode.owner': JSON.stringify(dead()) }
  await docker(
    ...[
      'volume',
      'create',
      ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ],
    volume,
  )
  const removal = shim.hold(`volume rm *${volume}`)
  const step = task.job.start(base, { env: shim.env })
  await removal.reachedBy(step)
  await docker('volume', 'rm', volume)
  removal.open()
  const { cleanup } = await recordOf(await step.result)
  expect(cleanup.orphans).not.toContain(volume)
  expect(cleanup.failed).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { EngineGate, killedAt, REQUEST } from '../../support/engine-gate.ts'
import {
  dead,
  living,
  type Managed,
  makeContainer,
  makeManaged,
  stateOf,
} from '../../support/managed-container.ts'
import { recordOf } from '../../support/record.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind', run: 'true' }

/** An owner that cannot be asked here. */
const ELSEWHERE = { ...living(), host: 'else/1' }

const ORPHANS: [what: string, labels: () => Pick<Managed, 'owner' | 'deadline'>][] = [
  ['whose owner is dead', () => ({ owner: dead() })],
  [
    'whose owner ran in a container that is gone',
    () => ({ owner: { ...ELSEWHERE, container: '0a'.repeat(32) } }),
  ],
  ['past its deadline and of another host', () => ({ owner: ELSEWHERE, deadline: 1_000_000_000 })],
  [
    'past its deadline and with an owner that cannot be read',
    () => ({ owner: '{', deadline: 1_000_000_000 }),
  ],
]

const UNPROVEN: [what: string, labels: () => Pick<Managed, 'owner' | 'deadline'>, why: string][] = [
  ['of another host', () => ({ owner: ELSEWHERE }), 'its owner is on host else/1'],
  [
    'of another machine of this name, which made it after this one was started',
    () => ({ owner: { ...living(), boot: '00000000-0000-0000-0000-000000000000' } }),
    'its owner is of another boot, or of another machine of this name',
  ],
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
  it.each(someOf(ORPHANS, 2))('%s is removed at the start', async (_what, labels) => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const id = await makeManaged({ name, session, running: true, ...labels() })
    const result = await task.job.uses(base)
    expect(result.failed, result.log).toBe(false)
    expect(await stateOf(id)).toBeNull()
    expect((await recordOf(result)).cleanup.orphans).toContain(name)
    expect(result.log).toMatch(new RegExp(`Removed orphans: .*${name}`))
  })

  it.each(someOf(ORPHANS, 1, 1))('%s is removed by post where main was killed', async (_what, labels) => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const gate = await EngineGate.start()
    const start = () => task.job.start(base, { env: gate.env })
    const result = await killedAt(gate, REQUEST.create, 'before', start)
    expect(result.signal).toBe('SIGKILL')
    const id = await makeManaged({ name, session, running: true, ...labels() })
    const post = await result.post()
    expect(post.failed).toBe(false)
    expect(await stateOf(id)).toBeNull()
    expect(post.log).toMatch(new RegExp(`Removed orphans: .*${name}`))
    expect(task.uploaded().cleanup.orphans).toContain(name)
  })

  it('is left to the next start by the post of a main that ended by itself, which asks the engine for nothing', async () => {
    const task = await TaskJob.create({ runner: { RUNNER_DEBUG: '1' } })
    const { name, session } = another(task)
    const result = await task.job.uses(base)
    const id = await makeManaged({ name, session, running: true, owner: dead() })
    const post = await result.post()
    expect(post.annotations).toEqual([])
    expect(post.debug.filter((line) => line.includes('docker'))).toEqual([])
    expect(task.uploaded().status).toBe('succeeded')
    await task.job.uses(base)
    expect(await stateOf(id)).toBeNull()
  })
})

describe('CTN-11 what is not proven to be an orphan is kept', () => {
  it.each(someOf(UNPROVEN, 2))('one %s; debug log and record say so', async (_what, labels, reason) => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const id = await makeManaged({ name, session, running: true, ...labels() })
    const result = await task.job.uses(base)
    expect(result.failed, result.log).toBe(false)
    expect((await recordOf(result)).cleanup.kept).toContainEqual({ name, reason })
    expect(result.log).not.toContain(name)
    expect(result.debug).toContain(`Kept ${name}: ${reason}`)
    const post = await result.post()
    expect(task.uploaded().cleanup.kept).toContainEqual({ name, reason })
    expect(post.annotations).toEqual([])
    expect(await stateOf(id)).toBe('running')
  })

  it('one past its deadline whose owner lives, silently', async () => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const id = await makeManaged({ name, session, running: true, deadline: 1_000_000_000 })
    const result = await task.job.uses(base)
    const post = await result.post()
    expect(await stateOf(id)).toBe('running')
    expect([...result.debug, ...post.debug].join()).not.toContain(`Kept ${name}`)
  })

  it('one whose owner runs in a container that is there, until it is stopped', async () => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const runner = await makeContainer(`runner-of-${session}`)
    const id = await makeManaged({ name, session, running: true, owner: { ...ELSEWHERE, container: runner } })
    await task.job.uses(base)
    expect(await stateOf(id)).toBe('running')
    await docker('stop', '-t', '0', runner)
    const next = await task.job.uses(base)
    expect(await stateOf(id)).toBeNull()
    expect(next.log).toMatch(new RegExp(`Removed orphans: .*${name}`))
  })

  it('one whose deadline has passed by the clock of this machine only, which is ahead', async () => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const id = await makeManaged({ name, session, running: true, owner: ELSEWHERE })
    const ahead = 'const { now } = Date; Date.now = () => now() + 1e8'
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(ahead)}` }
    const result = await task.job.uses(base, { env })
    expect(result.failed, result.log).toBe(false)
    expect(await stateOf(id)).toBe('running')
    expect((await recordOf(result)).cleanup.kept).toContainEqual({
      name,
      reason: 'its owner is on host else/1',
    })
  })

  it('one whose task shares folders with its runner, which alone can take them back, until its deadline', async () => {
    const task = await TaskJob.create()
    const { name, session } = another(task)
    const [early, late] = [name, `${name}-late`]
    const shared = {
      'acode.shared': JSON.stringify({ uid: 0, gid: 0, folders: [{ target: '/w', folder: '/etc' }] }),
    }
    const id = await makeManaged({ name: early, session, owner: dead(), labels: shared })
    const gone = await makeManaged({
      name: late,
      session,
      owner: dead(),
      deadline: 1_000_000_000,
      labels: shared,
    })
    const result = await task.job.uses(base)
    expect(await stateOf(id)).toBe('running')
    expect(await stateOf(gone)).toBeNull()
    const { kept, failed } = (await recordOf(result)).cleanup
    expect(kept).toContainEqual({ name: early, reason: expect.stringContaining('only that runner') })
    expect(failed.join()).toContain(`What ${late} wrote to folders of its runner`)
    expect(failed.join()).not.toContain('/etc')
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
  const gate = await EngineGate.start()
  const { name } = another(task)
  const volume = `${name}.upper-1`
  const labels = {
    'acode.managed': 'true',
    'acode.session': `${task.session}x`,
    'acode.task': 'left',
    'acode.owner': JSON.stringify(dead()),
  }
  await docker(
    ...[
      'volume',
      'create',
      ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ],
    volume,
  )
  const removal = gate.hold(new RegExp(`^DELETE /volumes/${volume}`))
  const step = task.job.start(base, { env: gate.env })
  await removal.reachedBy(step)
  await docker('volume', 'rm', volume)
  removal.open()
  const { cleanup } = await recordOf(await step.result)
  expect(cleanup.orphans).not.toContain(volume)
  expect(cleanup.failed).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { dead, living, makeContainer, makeManaged, stateOf } from '../../support/managed-container.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind', 'task-id': 'same' }

describe('CTN-3 what an earlier try of the same task left', () => {
  it.each([
    ['still running', true],
    ['never started', false],
  ])('is removed before the new container is created: %s', async (_state, running) => {
    const task = await TaskJob.create()
    const { session } = task
    const name = `acode-${session}-same`
    const earlier = await makeManaged({ name, session, owner: dead(), running })
    const result = await task.job.uses({ ...base, run: 'echo fresh' })
    expect(await recordOf(result), result.log).toMatchObject({ status: 'succeeded', container: { name } })
    expect(await stateOf(earlier)).toBeNull()
    expect((await recordOf(result)).container.id).not.toBe(earlier)
  })
})

describe('CTN-12 a namesake that may be in use is refused with ACODE-CTN-001 and not touched', () => {
  it('a living job’s', async () => {
    const task = await TaskJob.create()
    const name = `acode-${task.session}-same`
    const first = task.job.start({
      ...base,
      run: 'echo at work; while [ ! -e done ]; do sleep 0.05; done; echo whole',
    })
    await first.sees(/^at work/m)
    const { id } = await task.container()

    const second = await task.job.uses({ ...base, run: 'touch done' })
    await expectRefused(second, name)
    expect(messages(second, 'error').join()).toContain(`process ${first.child.pid}, is alive`)
    expect((await second.post()).failed).toBe(false)
    expect(await stateOf(id)).toBe('running')

    const other = await task.job.uses({ ...base, 'task-id': 'other', run: 'touch done' })
    expect(other.failed, other.log).toBe(false)
    const ended = await first.result
    expect(ended.output).toContain('whole')
    expect((await recordOf(ended)).status).toBe('succeeded')
  })

  it.each([
    ['one of another host', { owner: { ...living(), host: 'elsewhere/1234' } }, 'elsewhere/1234'],
    ['one of another pid namespace', { owner: { ...living(), pidNamespace: 'pid:[1]' } }, 'pid namespace'],
    ['one whose labels cannot be read', { owner: 'garbage', deadline: 'garbage' }, 'owner label'],
  ])('%s', async (_whose, labels, why) => {
    const task = await TaskJob.create()
    const name = `acode-${task.session}-same`
    const id = await makeManaged({ name, session: task.session, running: true, ...labels })
    const result = await task.job.uses({ ...base, run: 'true' })
    await expectRefused(result, name)
    expect(messages(result, 'error').join()).toContain(why)
    expect((await result.post()).failed).toBe(false)
    expect(await stateOf(id)).toBe('running')
  })

  it('one that is none of ours', async () => {
    const task = await TaskJob.create()
    const name = `acode-${task.session}-same`
    const id = await makeContainer(name)
    const result = await task.job.uses({ ...base, run: 'true' })
    await expectRefused(result, name)
    expect((await result.post()).failed).toBe(false)
    expect(await stateOf(id)).toBe('running')
  })
})

async function expectRefused(
  result: Awaited<ReturnType<TaskJob['job']['uses']>>,
  name: string,
): Promise<void> {
  expect(result.failed).toBe(true)
  expect(result.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-001' })
  const [message] = messages(result, 'error')
  expect(message).toContain(`The container ${name} already exists`)
  expect(message).toContain(`docker rm --force --volumes ${name}`)
}

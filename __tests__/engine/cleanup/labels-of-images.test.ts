import { statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { dead, makeContainer, makeManaged, stateOf } from '../../support/managed-container.ts'
import { recordOf } from '../../support/record.ts'
import { messages, otherThanKilled } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind', run: 'true' }

/** An image with the labels of a container, as `docker commit` makes it; gone when the test is over. */
async function imageOf(container: string, ...changes: string[]): Promise<string> {
  const image = `acode-labels-${container.slice(0, 12)}`
  onTestFinished(async () => {
    await dockerTry('rmi', '--force', image)
  })
  await docker('commit', ...changes.flatMap((change) => ['--change', change]), container, image)
  return image
}

/** What a run that died long ago left, and an image that was made of it before. */
async function leftover(task: TaskJob) {
  const session = `${task.session}x`
  const name = `acode-${session}-left`
  const id = await makeManaged({ name, session, owner: dead(), deadline: 1 })
  return { name, session, id, image: await imageOf(id) }
}

describe('CTN-11 labels that a container has from its image', () => {
  it('do not make it ours: main and post leave it alone, whatever its name', async () => {
    const task = await TaskJob.create()
    const { name, id, image } = await leftover(task)
    const strangers = [
      await makeContainer(`a-innocent-${task.session}`, {}, true, image),
      await makeContainer(`${name}.innocent`, {}, true, image),
    ]
    const result = await task.job.uses(base)
    const post = await result.post()
    expect(post.failed, post.log).toBe(false)
    expect(await stateOf(id)).toBeNull()
    for (const stranger of strangers) expect(await stateOf(stranger)).toBe('running')
    const { cleanup } = await recordOf(result)
    expect(cleanup).toMatchObject({ orphans: [name], failed: [] })
    expect(JSON.stringify(cleanup)).not.toContain('innocent')
  })

  it('do not make a namesake an earlier try of the task (CTN-3, CTN-12)', async () => {
    const task = await TaskJob.create()
    const { name, id, image, session } = await leftover(task)
    await docker('rm', '--force', id)
    const stranger = await makeContainer(name, {}, true, image)
    const result = await task.job.uses({ ...base, 'session-id': session, 'task-id': 'left' })
    expect(result.outputs['error-code']).toBe('ACODE-CTN-001')
    expect(await stateOf(stranger)).toBe('running')
  })

  it('are those of the run in a container of ours, with empty ones where nothing is known', async () => {
    const task = await TaskJob.create({ runner: { RUNNER_NAME: '' } })
    const id = await makeContainer(`labelled-${task.session}`, {
      ...{ 'acode.managed': 'false', 'acode.session': 'x', 'acode.task': 'x', 'acode.repository': 'x' },
      ...{ 'acode.job': 'x', 'acode.runner': 'x', 'acode.version': 'x', 'acode.owner': 'x' },
      ...{ 'acode.deadline': '1', 'acode.shared': 'x' },
    })
    const running = task.job.start({ ...base, image: await imageOf(id), run: 'echo at work; sleep 1000' })
    await running.sees(/^at work/m)
    const { labels } = await task.container()
    expect(
      Object.entries(labels).filter(([key, value]) => key.startsWith('acode.') && value === 'x'),
    ).toEqual([])
    expect(labels).toMatchObject({ 'acode.managed': 'true', 'acode.runner': '', 'acode.shared': 'own' })
    await running.kill()
    const post = await running.post()
    expect(otherThanKilled(post)).toEqual([])
    await task.expectNothingLeft()
  })

  it('decide about no file of the runner (CTN-10)', async () => {
    const task = await TaskJob.create(await unprivileged())
    const { uid, gid } = statSync('/etc/passwd')
    const folder = path.join(task.job.temp, 'precious')
    const claim = JSON.stringify({
      ...{ uid: 4321, gid: 4321, inside: { uid: 4321, gid: 4321 } },
      folders: [
        { target: '/etc', folder: '/etc' },
        { target: '/w', folder },
      ],
    })
    const labelled = await makeContainer(`labelled-${task.session}`)
    const image = await imageOf(labelled, `LABEL acode.shared='${claim}'`)
    const running = task.job.start({ ...base, image, run: 'echo at work; sleep 1000' })
    await running.sees(/^at work/m)
    await running.kill()
    const post = await running.post()
    expect(otherThanKilled(post)).toEqual([])
    await task.expectNothingLeft()
    expect(statSync('/etc/passwd')).toMatchObject({ uid, gid })
  })
})

describe('RNR-6 a task whose container someone else removes', () => {
  it('says so', async () => {
    const task = await TaskJob.create()
    const running = task.job.start({ ...base, run: 'echo at work; sleep 1000' })
    await running.sees(/^at work/m)
    const { id, name } = await task.container()
    await docker('rm', '--force', id)
    const result = await running.result
    expect(result.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-003' })
    expect(messages(result, 'error').join()).toContain(`The container ${name} was removed by someone else`)
    expect((await result.post()).annotations).toEqual([])
  })
})

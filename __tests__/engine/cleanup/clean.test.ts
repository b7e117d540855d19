import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry } from '../../support/engine.ts'
import { dead, living, makeManaged, stateOf } from '../../support/managed-container.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const NOWHERE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }

describe('CTN-11 ./clean', () => {
  it('lists all that is ours with reasons, and removes the orphans alone, when it is not a dry run', async () => {
    const task = await TaskJob.create()
    const session = `${task.session}x`
    const [orphan, alive, elsewhere] = ['left', 'alive', 'else'].map((name) => `acode-${session}-${name}`)
    const names = { orphan: orphan ?? '', alive: alive ?? '', elsewhere: elsewhere ?? '' }
    const ids = {
      orphan: await makeManaged({ name: names.orphan, session, owner: dead() }),
      alive: await makeManaged({ name: names.alive, session }),
      elsewhere: await makeManaged({
        name: names.elsewhere,
        session,
        owner: { ...living(), host: 'else/1' },
      }),
    }
    const network = await networkOf(names.orphan, session)

    const dry = await task.job.uses({ 'dry-run': true }, { action: 'clean' })
    expect(dry.failed, dry.log).toBe(false)
    expect(dry.log).toMatch(
      new RegExp(`^  container ${names.orphan}: its owner, process \\d+, has ended$`, 'm'),
    )
    expect(dry.log).toMatch(
      new RegExp(`^  container ${names.alive}: its owner, process \\d+, is alive$`, 'm'),
    )
    expect(dry.log).toContain(`  container ${names.elsewhere}: its owner is on host else/1`)
    expect(JSON.parse(dry.outputs.removed ?? '')).toEqual([])
    expect(namesIn(dry.outputs.orphans)).toEqual(expect.arrayContaining([names.orphan, network]))
    expect(await stateOf(ids.orphan)).toBe('running')

    const step = await task.job.uses({}, { action: 'clean' })
    expect(step.failed, step.log).toBe(false)
    expect(JSON.parse(step.outputs.removed ?? '')).toEqual(expect.arrayContaining([names.orphan, network]))
    expect(namesIn(step.outputs.kept)).toEqual(expect.arrayContaining([names.alive, names.elsewhere]))
    expect(await Promise.all(Object.values(ids).map(stateOf))).toEqual([null, 'running', 'running'])
    expect(await dockerTry('network', 'inspect', network)).toHaveProperty('exitCode', 1)
  })

  it('fails with what to do where no engine answers', async () => {
    const { job } = await TaskJob.create()
    const step = await job.uses({}, { action: 'clean', env: NOWHERE })
    expect(step.failed).toBe(true)
    expect(messages(step, 'error').join()).toMatch(/^No container engine answers: connect ENOENT/)
  })
})

const namesIn = (json = ''): string[] => JSON.parse(json).map(({ name }: { name: string }) => name)

async function networkOf(container: string, session: string): Promise<string> {
  const name = `${container}.network-0a0a0a`
  const labels = {
    'acode.managed': 'true',
    'acode.session': session,
    'acode.task': container.replace(`acode-${session}-`, ''),
    'acode.owner': JSON.stringify(dead()),
    'acode.deadline': String(Math.ceil(Date.now() / 1000) + 3600),
  }
  onTestFinished(async () => {
    await dockerTry('network', 'rm', name)
  })
  const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])
  await docker('network', 'create', '--internal', ...flags, name)
  return name
}

import { describe, expect, it } from 'vitest'
import { processIdentity } from '../../../src/host/identity.ts'
import { parseOwner } from '../../../src/ownership/orphans.ts'
import { splitName } from '../../../src/task/identity.ts'
import { VERSION } from '../../../src/version.ts'
import { imageName } from '../../support/engine.ts'
import { TaskJob } from '../../support/task-job.ts'

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const base = { image: imageName.base, network: 'none', workspace: 'bind' }
const waiting = { ...base, run: 'echo at work; sleep 1000' }

describe('the container while its task runs', () => {
  it('CTN-2, CTN-9, CTN-13 has a name that splits back, and all labels', async () => {
    const task = await TaskJob.create()
    const inputs = { ...waiting, 'task-id': 'unit-dotnet', timeout: '90s', labels: 'team=build' }
    const running = task.job.start(inputs)
    await running.sees(/^at work/m)
    const { name, labels } = await task.container()

    expect(name).toBe(`acode-${task.session}-unit-dotnet`)
    expect(name).toMatch(DNS_LABEL)
    expect(splitName(name)).toEqual({ session: task.session, task: 'unit-dotnet' })
    expect(labels).toMatchObject({
      'acode.managed': 'true',
      'acode.session': task.session,
      'acode.task': 'unit-dotnet',
      'acode.repository': 'octo-org/octo-repo',
      'acode.job': 'test',
      'acode.runner': 'runner-of-the-tests',
      'acode.version': VERSION,
      team: 'build',
    })
    expect(parseOwner(labels['acode.owner'] ?? '')).toEqual(processIdentity(running.child.pid))
    const seconds = Number(labels['acode.deadline']) - Date.now() / 1000
    // Its image may take half an hour.
    expect(seconds).toBeGreaterThan(30 * 60 + 90)
    expect(seconds).toBeLessThan(2 * 60 * 60)
    await running.cancel()
  })

  it('CTN-13 has a shortened name for a long id, and for another long id another one', async () => {
    const long = 'Integration Tests / Windows & Linux / a name that no label has room for / shard'
    const task = await TaskJob.create()
    const names = new Set<string>()
    for (const shard of [1, 2]) {
      const { outputs } = await task.job.uses({ ...base, run: 'true', 'task-id': `${long} ${shard}` })
      expect(outputs['container-name']).toMatch(DNS_LABEL)
      names.add(outputs['container-name'] ?? '')
    }
    expect(names.size).toBe(2)
  })
})

describe('CTN-13, ACT-3 with no input from the user, names and artifacts differ', () => {
  it('between the legs of a matrix', async () => {
    const legs = await Promise.all(
      [{ node: 22 }, { node: 24 }].map((matrix, jobIndex) =>
        TaskJob.create({
          matrix,
          jobIndex,
          jobTotal: 2,
          github: { GITHUB_RUN_ID: '17', GITHUB_JOB: 'unit' },
        }),
      ),
    )
    const results = await Promise.all(legs.map(({ job }) => job.uses({ ...base, run: 'true' })))
    expect(results.map(({ failed }) => failed)).toEqual([false, false])
    expect(different(results.map(({ outputs }) => outputs['container-name']))).toBe(2)
    expect(different(results.map(({ outputs }) => outputs['artifact-name']))).toBe(2)
    expect(results[0]?.outputs['container-name']).toContain('-unit-22-')
    expect(results[1]?.outputs['container-name']).toContain('-unit-24-')
  })

  it('between two steps of one job, also beside each other', async () => {
    const task = await TaskJob.create()
    const steps = [task.job.start({ ...base, run: 'true' }), task.job.start({ ...base, run: 'true' })]
    const results = await Promise.all(steps.map(({ result }) => result))
    for (const result of results) expect((await result.post()).failed).toBe(false)
    expect(different(results.map(({ outputs }) => outputs['container-name']))).toBe(2)
    expect([...task.artifacts.artifacts.keys()].sort()).toEqual(
      results.map(({ outputs }) => outputs['container-name']).sort(),
    )
  })

  it('between two calls of one reusable workflow', async () => {
    const github = { GITHUB_RUN_ID: '18' }
    const calls = await Promise.all([TaskJob.create({ github }), TaskJob.create({ github })])
    const results = await Promise.all(calls.map(({ job }) => job.uses({ ...base, run: 'true' })))
    expect(different(results.map(({ outputs }) => outputs['container-name']))).toBe(2)
  })

  it('between attempts, while the same attempt names the same', async () => {
    const name = async (attempt: string) => {
      const github = { GITHUB_RUN_ID: '19', GITHUB_RUN_ATTEMPT: attempt }
      const { job } = await TaskJob.create({ github, checkRunId: '5' })
      return (await job.uses({ ...base, run: 'true' })).outputs['container-name']
    }
    const first = await name('1')
    expect(await name('1')).toBe(first)
    expect(await name('2')).not.toBe(first)
  })
})

const different = (values: readonly (string | undefined)[]): number => new Set(values).size

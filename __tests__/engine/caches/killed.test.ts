import { beforeEach, describe, expect, it } from 'vitest'
import type { ArtifactService } from '../../support/artifact-service.ts'
import { CACHED, CacheJobs, cacheService, FOUND, INSTALL } from '../../support/cache-jobs.ts'
import { docker, imageName, volumes } from '../../support/engine.ts'
import { EngineGate, killedAt, type Moment, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { someOf } from '../../support/slow.ts'
import type { TaskJob } from '../../support/task-job.ts'

/** Each test has its own repository, and so no caches. */
let jobs = new CacheJobs()
beforeEach(() => {
  jobs = CacheJobs.create()
})

const KEPT = /^POST \/volumes\/create .*acode\.cache-key/
const FILL = REQUEST.writeCache
const READ = /^GET \/containers\/[^/]+\/archive\?.*path=\/var\/cache\/acode\/npm/
const KILLED: [what: string, call: RegExp, when: Moment][] = [
  ['before the volume of a cache is made', KEPT, 'before'],
  ['when it is made', KEPT, 'after'],
  ['before it is filled', FILL, 'before'],
  ['while it is filled', FILL, 'during'],
  ['when it is filled', FILL, 'after'],
]
const KEEPING: typeof KILLED = [...KILLED, ['before the cache of the task is read', READ, 'before']]

/** Has main killed at a request, and post clean up after it; `isNext`: nothing does before the next start. */
async function killMain(
  service: ArtifactService,
  [, call, when]: (typeof KILLED)[number],
  isNext = false,
): Promise<TaskJob> {
  const task = await jobs.job(service)
  const gate = await EngineGate.start()
  const start = () => task.job.start({ ...CACHED, run: INSTALL }, { env: gate.env })
  const killed = await killedAt(gate, call, when, start, isNext)
  expect(killed.signal).toBe('SIGKILL')
  if (isNext) await expect.poll(() => task.job.leftoverProcesses(), { timeout: 30_000 }).toEqual([])
  else await killed.post()
  return task
}

/** The next task runs, and the one after it begins with the whole of a cache that is there once. */
async function expectGood(service: ArtifactService, lines: readonly string[]): Promise<void> {
  const next = await jobs.run(service)
  expect(next.step.outputs.status, next.step.log).toBe('succeeded')
  expect(next.step.annotations).toEqual([])
  expect(lines).toContain(next.step.lines.find((line) => line === FOUND || line === 'downloads'))
  const last = await jobs.run(service)
  expect(last.step.lines, last.step.log).toContain(FOUND)
  expect((await recordOf(last.step)).cache?.entries[0]).toMatchObject({ result: 'hit', source: 'machine' })
  expect(await jobs.kept()).toHaveLength(1)
}

describe('BES-3 a cache whose main was killed', () => {
  it.each(someOf(KEEPING, 2, 1))('%s, at the end of a task: nothing half is used or saved', async (...at) => {
    const service = await cacheService()
    const task = await killMain(service, at)
    await task.expectNothingLeft()
    expect(service.caches.size).toBe(0)
    expect(await jobs.kept()).toEqual([])
    await expectGood(service, ['downloads'])
    expect(service.caches.size).toBeLessThanOrEqual(1)
  })

  it.each(someOf(KILLED, 2))('%s, from the service: it is downloaded again', async (...at) => {
    const service = await cacheService()
    await jobs.run(service)
    await jobs.forget()
    const task = await killMain(service, at)
    await task.expectNothingLeft()
    expect(await jobs.kept()).toEqual([])
    await expectGood(service, [FOUND])
  })

  it('while it is filled, and no post comes: the next start begins clean', async () => {
    const service = await cacheService()
    const task = await killMain(service, ['', FILL, 'during'], true)
    const [half] = await jobs.kept()
    expect(half).toBeDefined()
    // Whatever starts next, and wants none of its caches.
    await task.job.uses({ image: imageName.base, run: 'true', workspace: 'none', 'task-id': 'next' })
    expect(await jobs.kept()).toEqual([])
    await expectGood(service, ['downloads'])
    expect(await task.containers()).toEqual([])
    expect(await volumes(`label=acode.session=${task.session}`)).toEqual([])
  })
})

describe('BES-3 a cache that is half there', () => {
  const SPOILT: [what: string, script: string][] = [
    ['of whose end nothing was written', 'echo half >/v/content/pkg; rm /v/complete'],
    ['of whose end a part was written', 'echo half >/v/content/pkg; printf "{\\"files\\":1," >/v/complete'],
  ]
  it.each(SPOILT)('on the machine, %s, is not used, and replaced', async (_what, script) => {
    await jobs.run(await cacheService())
    const [volume = ''] = await jobs.kept()
    await docker(
      'run',
      '--rm',
      '--network',
      'none',
      '-v',
      `${volume}:/v`,
      imageName.base,
      'sh',
      '-ec',
      script,
    )
    await expectGood(await cacheService(), ['downloads'])
    expect(await jobs.kept()).not.toContain(volume)
  })
})

describe('BES-3 a post that is killed while it saves a cache', () => {
  const AT = ['upload', 'cache-create'] as const
  it.each(someOf(AT, 1))('at %s: nothing finds it, and no job fails', async (operation) => {
    const service = await cacheService()
    const { job } = await jobs.job(service)
    const step = await job.uses({ ...CACHED, upload: 'never', run: INSTALL })
    const held = service.hold(operation)
    const post = step.startPost()
    await service.arrived(operation)
    expect((await post.kill('SIGKILL')).signal).toBe('SIGKILL')
    held.open()
    await jobs.forget()
    await expectGood(service, ['downloads'])
    expect(service.caches.size).toBe(0)
    expect(job.leftoverProcesses()).toEqual([])
  })
})

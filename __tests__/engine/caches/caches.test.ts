import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { zstdCompressSync } from 'node:zlib'
import tar from 'tar-stream'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { CACHED, CacheJobs, cacheService, FOLDER, INSTALL, removeKept } from '../../support/cache-jobs.ts'
import { recordOf } from '../../support/record.ts'
import type { FinishedStep } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

/** Each test has its own repository, and so no caches. */
let jobs = new CacheJobs()
beforeEach(() => {
  jobs = CacheJobs.create()
})
const run = (...args: Parameters<CacheJobs['run']>) => jobs.run(...args)

type Evil = {
  name: string
  content?: string
  mode?: number
  type?: 'symlink' | 'block-device'
  linkname?: string
}

/** An archive as anyone who can write a cache may make it. */
async function packed(entries: readonly Evil[]): Promise<Buffer> {
  const archive = tar.pack()
  for (const { content = '', ...header } of entries) archive.entry(header, content)
  archive.finalize()
  return zstdCompressSync(await buffer(archive))
}

const entryOf = async (step: FinishedStep) => (await recordOf(step)).cache?.entries[0]

describe('cache: auto (BES-3)', () => {
  it('is downloaded once, found on this machine, and on another by way of the service', async () => {
    const service = await cacheService()
    const cold = await run(service)
    expect(cold.step.outputs.status, cold.step.log).toBe('succeeded')
    expect(cold.step.lines).toContain('downloads')
    expect(await entryOf(cold.step)).toMatchObject({ result: 'miss', source: null, saved: { bytes: 26 } })
    const [key = ''] = service.caches.keys()
    expect(key).toMatch(/^acode-npm-linux-\w+-acode-test-base-1-[0-9a-f]{8}-[0-9a-f]{32}$/)
    expect(cold.post.log).toContain(`saved as ${key}`)
    expect(await jobs.kept()).toHaveLength(1)

    const warm = await run(service)
    expect(warm.step.lines).toContain(`from ${FOLDER}`)
    expect(warm.step.lines).not.toContain('downloads')
    expect(await entryOf(warm.step)).toMatchObject({
      result: 'hit',
      source: 'machine',
      bytes: 26,
      saved: null,
    })

    await jobs.forget()
    const elsewhere = await run(service)
    expect(elsewhere.step.lines).toContain(`from ${FOLDER}`)
    expect(await entryOf(elsewhere.step)).toMatchObject({ result: 'hit', source: 'service', bytes: 26 })
    expect(service.caches.size).toBe(1)
    for (const { step } of [cold, warm, elsewhere]) expect(step.annotations).toEqual([])
  })

  it('begins with what an older lock file left, and what a task writes reaches no kept cache', async () => {
    const service = await cacheService()
    await run(service)
    const script = `cat ${FOLDER}/pkg; echo new >${FOLDER}/new; echo spoilt >${FOLDER}/pkg; test -O ${FOLDER} && id -u`
    const newer = await run(service, { run: script }, { lock: '{"v":2}' })
    expect(newer.step.lines).toEqual(expect.arrayContaining([`from ${FOLDER}`, '1234']))
    expect(await entryOf(newer.step)).toMatchObject({ result: 'partial', source: 'machine' })
    const again = await run(service)
    expect(again.step.lines).toContain(`from ${FOLDER}`)
    expect(service.caches.size).toBe(2)
    const newest = await run(service, { run: `cat ${FOLDER}/pkg ${FOLDER}/new` }, { lock: '{"v":2}' })
    expect(newest.step.lines).toEqual(expect.arrayContaining(['spoilt', 'new']))
  })
})

describe('who may write a cache (BES-3)', () => {
  const FORK = {
    repository: { default_branch: 'main' },
    pull_request: { head: { repo: { full_name: 'evil/fork' } } },
  }
  const pull = (number: number) => ({
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REF: `refs/pull/${number}/merge`,
    GITHUB_BASE_REF: 'main',
  })

  it('is no pull request of a fork, which uses what its base keeps, and no failed task or job', async () => {
    const service = await cacheService()
    await run(service, { run: 'echo half >/var/cache/acode/npm/pkg; exit 1' })
    const failedLater = await run(service, {}, { jobStatus: 'failure' })
    expect(failedLater.post.log).toContain('No cache is saved: the job’s status is failure.')
    expect(service.caches.size).toBe(0)
    expect(await jobs.kept()).toHaveLength(1)

    const fork = { github: pull(7), event: FORK }
    const reads = await run(service, { run: `${INSTALL}; echo evil >${FOLDER}/pkg` }, fork)
    expect(reads.step.lines).toContain(`from ${FOLDER}`)
    const writes = await run(service, {}, { ...fork, lock: '{"evil":1}' })
    expect(writes.step.outputs.status).toBe('succeeded')
    expect(writes.step.log).toContain('Nothing is saved: this is the pull request of a fork.')
    expect(service.caches.size).toBe(0)
    expect(await jobs.kept()).toHaveLength(1)
    expect((await run(service)).step.lines).toContain(`from ${FOLDER}`)
  })

  it('is one of two tasks that save the same key at once', async () => {
    const service = await cacheService()
    const both = await Promise.all([run(service), run(service)])
    for (const { step } of both) expect(step.outputs.status, step.log).toBe('succeeded')
    expect(service.caches.size).toBe(1)
    expect(await jobs.kept()).toHaveLength(1)
    expect((await run(service)).step.lines).toContain(`from ${FOLDER}`)
  })

  it('is no other repository, and no task that mounts the volume itself', async () => {
    const service = await cacheService()
    await run(service, { run: `echo secret >${FOLDER}/pkg` })
    const [volume = ''] = await jobs.kept()
    const other = `${jobs.repository}-other`
    onTestFinished(() => removeKept(other))
    const none = await cacheService()
    const reads = await run(none, {}, { github: { GITHUB_REPOSITORY: other } })
    expect(reads.step.lines).toContain('downloads')
    expect(reads.step.log).not.toContain('secret')
    for (const name of [jobs.repository, other]) {
      const inputs = { 'engine-volumes': `${volume}:/mine`, run: 'echo spoilt >/mine/content/pkg' }
      const { step } = await run(none, inputs, { github: { GITHUB_REPOSITORY: name } })
      expect(step.outputs['error-code'], name).toBe('ACODE-CTN-011')
    }
  })
})

describe('what a cache costs (BES-3)', () => {
  it('is a warning and no task where the service fails, in main and in post', async () => {
    const service = await cacheService()
    service.fail('cache-find', 403)
    const { step, post } = await run(service)
    expect(step.outputs.status, step.log).toBe('succeeded')
    expect(step.annotations.map(({ level }) => level)).toEqual(['warning'])
    expect(post.annotations).toEqual([])
    expect(await jobs.kept()).toHaveLength(1)
    service.recover()
    service.fail('upload', 403)
    const later = await run(service, {}, { lock: '{"v":2}' })
    expect(later.step.outputs.status).toBe('succeeded')
    expect(later.step.annotations).toEqual([])
    // The storage is that of the record, too.
    expect(later.post.annotations).toMatchObject([
      { level: 'warning', title: 'Cache service' },
      { level: 'warning', title: 'ACODE-CTN-013' },
    ])
    expect(later.post.failed).toBe(false)
    expect(service.caches.size).toBe(0)
  })

  it('is bounded on a machine: the least recently used goes, and what was used a moment ago stays', async () => {
    const service = await cacheService()
    for (const lock of ['{"v":1}', '{"v":2}']) await run(service, {}, { lock })
    const [old = '', young = ''] = await jobs.kept()
    const { job } = await TaskJob.create({
      artifacts: service,
      github: { GITHUB_REPOSITORY: jobs.repository },
    })
    const notes = path.join(path.dirname(job.layout.pipeline), `_acode-${process.getuid?.()}`)
    mkdirSync(path.join(notes, 'caches'), { recursive: true, mode: 0o700 })
    writeFileSync(path.join(notes, 'caches', old), '')
    utimesSync(path.join(notes, 'caches', old), 1000, 1000)
    writeFileSync(path.join(job.workspace, 'package-lock.json'), '{"v":3}')
    const large = {
      'cache-max': '50060',
      'cache-key': 'other',
      run: `head -c 50000 /dev/urandom >${FOLDER}/pkg`,
    }
    const step = await job.uses({ ...CACHED, ...large })
    expect(step.outputs.status, step.log).toBe('succeeded')
    const left = await jobs.kept()
    expect(left).not.toContain(old)
    expect(left).toContain(young)
    const { cacheVolumes } = await recordOf(step)
    expect(cacheVolumes?.maxBytes).toBe(50060)
    // Old caches of other tests go with it.
    expect(cacheVolumes?.removed.map(({ name }) => name)).toContain('npm')
  })

  it('is nothing when a poisoned cache is unpacked: what leads out of it is left out, with a warning', async () => {
    const service = await cacheService()
    await run(service)
    const [[key = '', { version = '' } = {}] = []] = [...service.caches]
    await jobs.forget()
    const evil = [
      { name: 'content/pkg', content: 'good' },
      { name: 'content/../../../etc/evil', content: 'x' },
      { name: 'content/out', type: 'symlink' as const, linkname: '/etc' },
      { name: 'content/out/evil', content: 'x' },
      { name: 'content/su', content: 'x', mode: 0o4755 },
      { name: 'content/sda', type: 'block-device' as const },
    ]
    service.putCache(key, version, await packed(evil))
    const { step } = await run(service, { run: `cat ${FOLDER}/pkg; echo; ls -l ${FOLDER}; ls /etc` })
    expect(step.lines, step.log).toContain('good')
    expect(step.output).not.toContain('evil')
    expect(step.output).not.toContain('sda')
    expect(step.output).toMatch(/-rwxr-xr-x .* su/)
    expect(step.annotations.map(({ message }) => message)).toEqual([expect.stringContaining('3 entries')])

    await jobs.forget()
    service.putCache(key, version, Buffer.from('no archive at all'))
    const broken = await run(service)
    expect(broken.step.outputs.status).toBe('succeeded')
    expect(broken.step.lines).toContain('downloads')
    expect(await jobs.kept()).toHaveLength(1)
  })
})

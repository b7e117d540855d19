import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cacheVolumes, docker, dockerTry, imageName, removeCaches, volumes } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import type { FinishedStep, JobOptions } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'none', user: '1234:1234' }
const other: JobOptions = { github: { GITHUB_REPOSITORY: 'octo-org/other' } }

/** A name that no other test gives to a cache; all of that name removed when the test is over. */
function cacheName(): string {
  const name = `acode-test-${randomUUID().slice(0, 8)}`
  onTestFinished(() => removeCaches(name))
  return name
}

/** A volume of another user, whose files belong to user 77; removed when the test is over. */
async function theirVolume(name: string, ...labels: string[]): Promise<string> {
  onTestFinished(async () => {
    await dockerTry('volume', 'rm', name)
  })
  await docker('volume', 'create', ...labels.flatMap((label) => ['--label', label]), name)
  await inVolume(name, 'echo theirs >/v/file; chown -R 77:77 /v')
  return name
}

const inVolume = (name: string, script: string) =>
  docker('run', '--rm', '--network', 'none', '--volume', `${name}:/v`, imageName.base, 'sh', '-c', script)
const ownerOf = (name: string) => inVolume(name, 'stat -c %u /v')

async function task(inputs: Record<string, string>, options: JobOptions = {}): Promise<FinishedStep> {
  const { job } = await TaskJob.create(options)
  const step = await job.uses({ ...base, ...inputs })
  expect((await step.post()).failed).toBe(false)
  return step
}

describe('a cache volume', () => {
  it('has labels, is in log and record, and outlives tasks and sweeps (CTN-10, FID-4)', async () => {
    const name = cacheName()
    const step = await task({ 'cache-volumes': `${name}:/cache`, run: 'echo kept >/cache/file' })
    const [volume = '', ...others] = await cacheVolumes(name)
    expect(others).toEqual([])
    const labels = JSON.parse(await docker('volume', 'inspect', '--format', '{{json .Labels}}', volume))
    expect(labels).toEqual({ 'acode.cache': name, 'acode.repository': 'octo-org/octo-repo' })
    expect((await recordOf(step)).caches).toEqual([{ name, volume, target: '/cache' }])
    expect(step.log).toContain(`cache      ${name} at /cache (volume ${volume})`)
    expect((await volumes()).map((one) => one.name)).not.toContain(volume)

    const next = await task({ 'cache-volumes': `${name}:/cache`, run: 'cat /cache/file' })
    expect(next.lines).toContain('kept')
  })

  it('is not another repository’s of the same name', async () => {
    const name = cacheName()
    await task({ 'cache-volumes': `${name}:/cache`, run: 'echo secret >/cache/file' })
    const step = await task(
      { 'cache-volumes': `${name}:/cache`, run: 'ls /cache; cat /cache/file || true' },
      other,
    )
    expect(step.output).not.toContain('secret')
    expect(await cacheVolumes(name)).toHaveLength(2)
  })

  it('is none of the engine’s volumes of that name: their owner and content stay', async () => {
    const name = await theirVolume(cacheName())
    const step = await task({ 'cache-volumes': `${name}:/cache`, run: 'ls /cache' })
    expect(step.outputs.status, step.log).toBe('succeeded')
    expect(step.lines).not.toContain('file')
    expect(await ownerOf(name)).toBe('77')
  })

  it('is refused when someone else has made its volume (ACODE-CTN-011)', async () => {
    const name = cacheName()
    await task({ 'cache-volumes': `${name}:/cache`, run: 'true' })
    const [volume = ''] = await cacheVolumes(name)
    await docker('volume', 'rm', volume)
    await theirVolume(volume, `acode.cache=${name}`)
    const step = await task({ 'cache-volumes': `${name}:/cache`, run: 'cat /cache/file' })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-011')
    expect(step.output).not.toContain('theirs')
    expect(await ownerOf(volume)).toBe('77')
  })
})

describe('engine-volumes', () => {
  it('are mounted as they are', async () => {
    const name = await theirVolume(cacheName())
    const run = 'cat /v/file; echo x 2>/dev/null >/v/new || echo read-only'
    const step = await task({ 'engine-volumes': `${name}:/v:ro`, run })
    expect(step.lines).toEqual(expect.arrayContaining(['theirs', 'read-only']))
    expect(await ownerOf(name)).toBe('77')
  })

  it('are none that are not there, and none is made', async () => {
    const step = await task({ 'engine-volumes': 'acode-test-missing:/v', run: 'true' })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-006')
    expect(await dockerTry('volume', 'inspect', 'acode-test-missing')).toHaveProperty('exitCode', 1)
  })

  it('are no cache of another repository, and no part of another task (ACODE-CTN-011)', async () => {
    const name = cacheName()
    await task({ 'cache-volumes': `${name}:/cache`, run: 'true' }, other)
    const [cache = ''] = await cacheVolumes(name)
    const managed = await theirVolume(`${name}.upper`, 'acode.managed=true')
    const anonymous = await docker('volume', 'create')
    onTestFinished(async () => {
      await dockerTry('volume', 'rm', anonymous)
    })
    for (const volume of [cache, managed, anonymous]) {
      const step = await task({ 'engine-volumes': `${volume}:/v`, run: 'true' })
      expect(step.outputs['error-code'], volume).toBe('ACODE-CTN-011')
    }
  })
})

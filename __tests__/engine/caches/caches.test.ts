import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ArtifactService } from '../../support/artifact-service.ts'
import { docker, imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import type { FinishedStep, JobOptions } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const FOLDER = '/var/cache/acode/npm'
/** Says what the task found in its cache, and adds what it would download. */
const INSTALL = `cat ${FOLDER}/pkg 2>/dev/null || { echo downloads; echo "from $npm_config_cache" >${FOLDER}/pkg; }`
const base = { image: imageName.base, network: 'none', user: '1234:1234', cache: 'auto' }

/** Each test has a repository of its own, and so no caches. */
let repository = ''
beforeEach(() => {
  repository = `octo-org/caches-${randomUUID().slice(0, 8)}`
  const own = repository
  onTestFinished(() => removeKept(own))
})

const keptOf = async (name = repository): Promise<string[]> => {
  const filters = ['--filter', `label=acode.repository=${name}`, '--filter', 'label=acode.cache']
  const text = await docker('volume', 'ls', '--quiet', ...filters)
  return text.split('\n').filter((line) => line !== '')
}
async function removeKept(name = repository): Promise<void> {
  const kept = await keptOf(name)
  if (kept.length > 0) await docker('volume', 'rm', ...kept)
}

async function serviceOf(): Promise<ArtifactService> {
  const service = await ArtifactService.start()
  onTestFinished(() => service.stop())
  return service
}

type Run = { readonly step: FinishedStep; readonly post: Awaited<ReturnType<FinishedStep['post']>> }

/** A job with one task, on a checkout with this lock file, to its end. */
async function run(
  service: ArtifactService,
  inputs: Record<string, string> = {},
  options: JobOptions & { lock?: string } = {},
): Promise<Run> {
  const { lock = '{}', github, ...others } = options
  const { job } = await TaskJob.create({
    artifacts: service,
    github: { GITHUB_REPOSITORY: repository, ...github },
    event: { repository: { default_branch: 'main' } },
    ...others,
  })
  writeFileSync(path.join(job.workspace, 'package-lock.json'), lock)
  job.chown()
  const step = await job.uses({ ...base, run: INSTALL, ...inputs })
  return { step, post: await step.post() }
}

const entryOf = async (step: FinishedStep) => (await recordOf(step)).cache?.entries[0]

describe('cache: auto (BES-3)', () => {
  it('is downloaded once, found on this machine, and on another by way of the service', async () => {
    const service = await serviceOf()
    const cold = await run(service)
    expect(cold.step.outputs.status, cold.step.log).toBe('succeeded')
    expect(cold.step.lines).toContain('downloads')
    expect(await entryOf(cold.step)).toMatchObject({ result: 'miss', source: null, saved: { bytes: 26 } })
    const [key = ''] = service.caches.keys()
    expect(key).toMatch(/^acode-npm-linux-\w+-acode-test-base-1-[0-9a-f]{8}-[0-9a-f]{32}$/)
    expect(cold.post.log).toContain(`saved as ${key}`)
    expect(await keptOf()).toHaveLength(1)

    const warm = await run(service)
    expect(warm.step.lines).toContain(`from ${FOLDER}`)
    expect(warm.step.lines).not.toContain('downloads')
    expect(await entryOf(warm.step)).toMatchObject({
      result: 'hit',
      source: 'machine',
      bytes: 26,
      saved: null,
    })

    await removeKept()
    const elsewhere = await run(service)
    expect(elsewhere.step.lines).toContain(`from ${FOLDER}`)
    expect(await entryOf(elsewhere.step)).toMatchObject({ result: 'hit', source: 'service', bytes: 26 })
    expect(service.caches.size).toBe(1)
    for (const { step } of [cold, warm, elsewhere]) expect(step.annotations).toEqual([])
  })

  it('begins with what an older lock file left, and what a task writes reaches no kept cache', async () => {
    const service = await serviceOf()
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

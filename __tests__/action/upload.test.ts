import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ArtifactService } from '../support/artifact-service.ts'
import { imageName } from '../support/engine.ts'
import { jobs } from '../support/jobs.ts'
import { folderOf } from '../support/record.ts'
import { messages, type StepResult } from '../support/runner.ts'

const image = imageName.base
const OFF = JSON.stringify({ container: { enabled: false } })

describe('the upload of the record', () => {
  const newJob = jobs()
  let service: ArtifactService

  beforeEach(async () => {
    service = await ArtifactService.start()
  })
  afterEach(() => service.stop())

  it.each([
    ['always', { image, run: 'true' }, 1],
    ['always', { image, run: 'false' }, 1],
    ['always', { task: OFF }, 1],
    ['on-failure', { image, run: 'true' }, 0],
    ['on-failure', { task: OFF }, 0],
    ['on-failure', { image, run: 'false' }, 1],
    ['on-failure', { image, command: 'nonsense' }, 1],
    ['on-failure', { image, run: 'sleep 600', timeout: '1s' }, 1],
    ['never', { image, run: 'false' }, 0],
  ])('RUN-8 %s after %j: %i', async (upload, inputs, count) => {
    const step = await (await newJob({ artifacts: service })).uses({ ...inputs, upload })
    const post = await step.post()
    expect(service.artifacts.size).toBe(count)
    expect(post.failed).toBe(false)
  })

  it('ACT-5 goes without a file that the artifact client refuses, and says which', async () => {
    const step = await (await newJob({ artifacts: service })).uses({ image, run: 'true' })
    writeFileSync(path.join(folderOf(step), 'a:b'), 'put there by a later step')
    const post = await step.post()
    expect(post.annotations).toEqual([expect.objectContaining({ level: 'warning', title: 'ACODE-CTN-013' })])
    expect(messages(post, 'warning')[0]).toMatch(/without container\/a:b \(.*Colon/)
    expect([...service.artifacts.values()].flatMap(({ files }) => [...files.keys()])).toContain(
      'container/metadata/run.json',
    )
  })

  it('ACT-5 arrives whole in many blocks, whatever of its connections is refused or cut', async () => {
    const job = await newJob({ artifacts: service, env: { RUNNER_DEBUG: '1' } })
    const step = await job.uses({
      image,
      run: 'head -c 20000000 /dev/urandom > "$ARTIFACT_DIR/large" && sha256sum < "$ARTIFACT_DIR/large"',
    })
    service.fail('upload', 503, 2)
    const post = step.post()
    await service.arrived('upload')
    service.cut('upload', 2)
    const { annotations, output } = await post
    expect(annotations, output).toEqual([])
    const [artifact] = service.artifacts.values()
    const large = artifact?.files.get('container/artifacts/large') ?? Buffer.alloc(0)
    expect(step.log).toContain(createHash('sha256').update(large).digest('hex'))
    // Anyone who has the signature can read and write the artifact.
    expect(output).toMatch(/sig=\*\*\*/)
    expect(output).not.toMatch(/sig=(?!\*\*\*)/)
  })

  it('ACT-3 has its own name in each matrix leg, step and attempt', async () => {
    const inputs = { image, run: 'true' }
    const run = { GITHUB_RUN_ID: '4711' }
    const [a, b, again] = await Promise.all([
      newJob({ artifacts: service, github: run, matrix: { os: 'a' } }),
      newJob({ artifacts: service, github: run, matrix: { os: 'b' }, jobIndex: 1 }),
      newJob({ artifacts: service, github: { ...run, GITHUB_RUN_ATTEMPT: '2' }, matrix: { os: 'a' } }),
    ])
    const steps = await Promise.all([a.uses(inputs), a.uses(inputs), b.uses(inputs), again.uses(inputs)])
    const posts = await Promise.all(steps.map((step) => step.post()))
    expect(posts.flatMap((post) => post.annotations)).toEqual([])
    expect([...service.artifacts.keys()].sort()).toEqual(
      steps.map((step) => step.outputs['artifact-name']).sort(),
    )
    expect(service.artifacts.size).toBe(4)
  })
})

describe('an upload that fails', () => {
  const newJob = jobs()
  let service: ArtifactService

  beforeEach(async () => {
    service = await ArtifactService.start()
  })
  afterEach(() => service.stop())

  /** Post says so, fails nothing, and leaves the files where they are. */
  const expectWarning = (main: StepResult, post: StepResult, why: string) => {
    expect(post.failed, post.output).toBe(false)
    expect(post.annotations, post.output).toHaveLength(1)
    expect(post.annotations[0]).toMatchObject({ level: 'warning', title: 'ACODE-CTN-013' })
    expect(messages(post, 'warning')[0]).toContain(why)
    expect(existsSync(main.outputs.record ?? '')).toBe(true)
    expect(existsSync(main.outputs.log ?? '')).toBe(true)
  }

  it('ACT-5 since nothing listens is a warning', async () => {
    const main = await (await newJob()).uses({ image, run: 'true' })
    expectWarning(main, await main.post(), 'ECONNREFUSED')
  })

  it('ACT-5 since there is no service at all is a warning', async () => {
    const artifacts = { env: () => ({ ACTIONS_RUNTIME_TOKEN: '', ACTIONS_RESULTS_URL: '' }) }
    const main = await (await newJob({ artifacts })).uses({ image, run: 'true' })
    expectWarning(main, await main.post(), 'ACTIONS_RUNTIME_TOKEN')
  })

  it('ACT-5 since the service hangs is a warning within a cancelled job’s last 45 s', async () => {
    const hang = async (operation: 'create' | 'upload' | 'finalize') => {
      const silent = await ArtifactService.start()
      silent.hang(operation)
      const main = await (await newJob({ artifacts: silent })).uses({ image, run: 'true' })
      const post = await main.post()
      await silent.stop()
      return { main, post }
    }
    const all = await Promise.all([hang('create'), hang('upload'), hang('finalize')])
    for (const { main, post } of all) {
      expectWarning(main, post, 'did not answer within 30 s')
      expect(post.durationMs).toBeLessThan(45_000)
    }
  })
})

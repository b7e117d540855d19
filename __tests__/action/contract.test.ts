import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { type RunRecord, runRecordSchema } from '../../src/record/run-record.ts'
import { ArtifactService } from '../support/artifact-service.ts'
import { containers, imageName } from '../support/engine.ts'
import { sessionOf } from '../support/jobs.ts'
import { eventsOf, recordOf } from '../support/record.ts'
import { type FinishedStep, Job, type StepResult } from '../support/runner.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const manifest = z.object({
  outputs: z.record(z.string(), z.unknown()),
  runs: z.object({ using: z.string(), main: z.string(), post: z.string() }),
})

describe('one step with nothing but the runner’s environment', () => {
  let job: Job
  let main: FinishedStep
  let post: StepResult
  let record: RunRecord
  let service: ArtifactService

  beforeAll(async () => {
    service = await ArtifactService.start()
    job = await Job.create({ artifacts: service })
    const run = 'echo working; echo "answer=42" >>"$GITHUB_OUTPUT"; echo report >"$ARTIFACT_DIR/report.txt"'
    main = await job.uses({ image: imageName.base, run, workspace: 'bind' })
    record = await recordOf(main)
    post = await main.post()
    return async () => {
      await service.stop()
      await job.remove()
    }
  })

  it('ACT-1 runs on node24 from bundles that are there', async () => {
    const { runs } = manifest.parse(parse(await readFile(path.join(ROOT, 'action.yml'), 'utf8')))
    expect(runs.using).toBe('node24')
    expect([runs.main, runs.post].map((file) => existsSync(path.join(ROOT, file)))).toEqual([true, true])
  })

  it('ACT-2 runs the task and passes the step', () => {
    expect({ main: main.failed, post: post.failed }).toEqual({ main: false, post: false })
    expect(main.lines).toContain('working')
    expect(main.annotations).toEqual([])
    expect(post.annotations).toEqual([])
  })

  it('ACT-2 sets every output of action.yml, and the task’s own', async () => {
    const { outputs } = manifest.parse(parse(await readFile(path.join(ROOT, 'action.yml'), 'utf8')))
    expect(Object.keys(main.outputs).sort()).toEqual(['answer', ...Object.keys(outputs)].sort())
    const name = `acode-${record.session}-${record.task}`
    expect(main.outputs).toMatchObject({
      status: 'succeeded',
      'exit-code': '0',
      'error-code': '',
      'container-name': name,
      'container-id': expect.stringMatching(/^[0-9a-f]{64}$/),
      image: imageName.base,
      'image-digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'duration-seconds': expect.stringMatching(/^\d+(\.\d+)?$/),
      'artifact-name': name,
      outputs: '{"answer":"42"}',
      answer: '42',
    })
  })

  it('ACT-5 keeps for post, before it makes it, what post has to find', () => {
    const state: unknown = JSON.parse(main.state.run ?? '')
    expect(state).toMatchObject({
      container: main.outputs['container-name'],
      folder: expect.stringContaining(job.temp),
      owner: expect.stringContaining('"pid":'),
    })
    expect(main.state.done).toBe('true')
  })

  it('ACT-2 writes a summary with status, image, digest, command, exit, duration, limits and memory', () => {
    expect(main.summary).toMatch(/^### ✅ \S+: succeeded$/m)
    expect(main.summary).toContain(`| Image | \`${imageName.base}\` |`)
    expect(main.summary).toContain(`| Digest | \`${record.container.digest}\` |`)
    // Of a short task the kernel's counters may be gone before they are read.
    const { peakMemoryBytes } = record.usage ?? {}
    const usage = peakMemoryBytes == null ? [] : ['Peak memory']
    for (const row of ['Command', 'Exit', 'Duration', 'Limits', ...usage])
      expect(main.summary).toMatch(new RegExp(`^\\| ${row} \\| .+ \\|$`, 'm'))
  })

  it('SEE-1 prints no line that is no use: one for the artifacts, and last that of the record, with its link', () => {
    expect(main.lines).toContain('Artifacts: 1 file, 7 B')
    expect(main.lines.filter((line) => /^Changes: |docker create|written/.test(line))).toEqual([])
    const name = main.outputs['artifact-name']
    const lines = post.lines.filter((line) => line !== '' && !line.startsWith('::debug::'))
    expect(lines.at(-1)).toMatch(
      new RegExp(
        `^Record: ${name} \\([\\d.]+ (B|KiB)\\) https://github\\.com/octo-org/octo-repo/actions/runs/\\d+/artifacts/\\d+$`,
      ),
    )
    expect(lines.join('\n')).not.toMatch(/Artifact name is valid|Finalizing/)
  })

  it('RUN-8 leaves a record that its JSON Schema describes', async () => {
    const schema = z.toJSONSchema(runRecordSchema, { target: 'draft-2020-12' })
    const validate = new Ajv2020({ strict: true, validateFormats: false }).compile(schema)
    const json: unknown = JSON.parse(await readFile(main.outputs.record ?? '', 'utf8'))
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true)
  })

  it('RUN-8 records who, where and how', () => {
    expect(record).toMatchObject({
      schemaVersion: 1,
      session: sessionOf(job),
      status: 'succeeded',
      exitCode: 0,
      error: null,
      workspace: { method: 'bind', path: job.workspace },
      cleanup: { removed: [record.container.name], failed: [] },
      runner: { name: 'runner-of-the-tests', os: 'Linux' },
      git: { repository: 'octo-org/octo-repo', ref: 'refs/heads/main' },
      job: {
        workflowRef: 'octo-org/octo-repo/.github/workflows/called.yml@refs/heads/main',
        workflowSha: '5'.repeat(40),
      },
      artifacts: ['report.txt'],
    })
    expect(record.finishedAt).not.toBeNull()
    expect(Object.keys(record.phases).sort()).toEqual(
      ['prepare', 'pull', 'workspace', 'create', 'run', 'collect', 'remove'].sort(),
    )
  })

  it('RUN-8 uploads exactly the record: run.json, events, log, artifacts', () => {
    expect([...service.artifacts.keys()]).toEqual([main.outputs['artifact-name']])
    const [artifact] = service.artifacts.values()
    expect([...(artifact?.files.keys() ?? [])].sort()).toEqual([
      'container/artifacts/report.txt',
      'container/logs/runner.log',
      `container/metadata/${main.outputs['container-name']}`,
      'container/metadata/events.jsonl',
      'container/metadata/run.json',
    ])
    expect(artifact?.files.get('container/logs/runner.log')?.toString()).toBe('working\n')
    expect(artifact?.files.get('container/artifacts/report.txt')?.toString()).toBe('report\n')
    const uploaded: unknown = JSON.parse(artifact?.files.get('container/metadata/run.json')?.toString() ?? '')
    expect(runRecordSchema.parse(uploaded)).toEqual(record)
  })

  it('RUN-9 records events from start to finish', async () => {
    const events = await eventsOf(main)
    const lifecycle = events.filter(({ type }) => type !== 'task.container.phase')
    expect(lifecycle.map(({ type }) => type)).toEqual(['task.container.started', 'task.container.finished'])
    expect(lifecycle[1]?.data).toMatchObject({
      image: imageName.base,
      status: 'succeeded',
      exitCode: 0,
      timedOut: false,
    })
    for (const event of events) expect(event).toMatchObject({ specversion: '1.0', id: expect.any(String) })
  })

  it('ACT-5 leaves no container, no process and no control folder', async () => {
    expect(await containers(`label=acode.session=${sessionOf(job)}`)).toEqual([])
    expect(job.leftoverProcesses()).toEqual([])
    const folder = path.resolve(main.outputs.record ?? '', '../../../..')
    expect(existsSync(path.join(folder, 'record'))).toBe(true)
    expect(existsSync(path.join(folder, 'private'))).toBe(false)
  })
})

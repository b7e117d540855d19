import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { imageName } from '../support/engine.ts'
import { jobs } from '../support/jobs.ts'
import { Origin } from '../support/origin.ts'
import { type FinishedStep, type Inputs, type Job, type JobOptions, messages } from '../support/runner.ts'
import { FILES } from '../unit/plan/files.ts'

const matrixSchema = z.strictObject({
  include: z.array(
    z.strictObject({
      id: z.string(),
      'runs-on': z.union([z.string(), z.array(z.string())]),
      task: z
        .string()
        .transform((text): unknown => JSON.parse(text))
        .pipe(
          z.strictObject({
            requiredCapabilities: z.array(z.string()),
            task: z.looseObject({ id: z.string() }),
          }),
        ),
    }),
  ),
})
const rawSchema = z.object({ include: z.array(z.looseObject({ task: z.string() })) })
const matrixOf = (step: FinishedStep) => matrixSchema.parse(JSON.parse(step.outputs.matrix ?? '')).include
const idsOf = (step: FinishedStep) => matrixOf(step).map(({ id }) => id)
const plan = (job: Job, inputs: Inputs = {}) => job.uses(inputs, { action: './plan' })

/** Puts a text where the action looks for the task file. */
function writeTasks(job: Job, text: string): void {
  mkdirSync(join(job.workspace, '.github'), { recursive: true })
  writeFileSync(join(job.workspace, '.github/tasks.yml'), text)
}

const TASKS = `
defaults: { container: { timeoutSeconds: 900 } }
tasks:
  - id: lint
    container: { toolchain: node@22, run: npm ci && npm run lint }
  - id: unit
    requiredCapabilities: [gpu]
    strategy: { version: [1.9, 1.10] }
    container: { image: "golang:\${{ matrix.version }}", command: [go, test] }
`

describe('./plan', () => {
  const newJob = jobs()
  /** A job whose workspace has a task file. */
  async function jobWith(text: string, options: JobOptions = {}): Promise<Job> {
    const job = await newJob(options)
    writeTasks(job, text)
    return job
  }

  it('ACT-4 makes a task file into outputs, log and summary', async () => {
    const job = await jobWith(TASKS, { checkRunId: '50000000001', github: { GITHUB_RUN_ID: '18000000001' } })
    const step = await plan(job, { 'capability-labels': 'gpu: [self-hosted, gpu]' })
    expect(step.failed, step.output).toBe(false)
    expect(step.outputs).toEqual({
      matrix: JSON.stringify({
        include: [
          {
            id: 'lint',
            'runs-on': 'ubuntu-latest',
            task: JSON.stringify({
              requiredCapabilities: ['docker'],
              task: {
                id: 'lint',
                container: { timeoutSeconds: 900, toolchain: 'node@22', run: 'npm ci && npm run lint' },
              },
            }),
          },
          ...['1.9', '1.10'].map((version) => ({
            id: `unit-${version}`,
            'runs-on': ['self-hosted', 'gpu'],
            task: JSON.stringify({
              requiredCapabilities: ['gpu', 'docker'],
              task: {
                id: `unit-${version}`,
                container: { timeoutSeconds: 900, image: `golang:${version}`, command: ['go', 'test'] },
              },
            }),
          })),
        ],
      }),
      count: '3',
      ids: '["lint","unit-1.9","unit-1.10"]',
      capabilities: '["docker","gpu"]',
      offered: 'gpu',
      session: 'r89oqgw10mywpiwx',
      'lock-changed': '',
    })
    expect(step.annotations).toEqual([])
    expect(step.lines).toContain('- .github/tasks.yml: 3 tasks')
    expect(step.summary).toContain(
      '| <code>unit-1.10</code> | <code>golang:1.10</code> | <code>self-hosted, gpu</code> |',
    )
  })

  it('ACT-3 gives tasks that the action runs, each leg with its own name', async () => {
    const tasks = `[{ id: one, container: { image: "${imageName.base}", run: "echo ran >&2" } }, { id: off }]`
    const job = await newJob()
    const planned = await plan(job, { tasks })
    for (const leg of matrixOf(planned)) {
      const step = await job.uses({
        task: JSON.stringify(leg.task, null, 2),
        'session-id': `${planned.outputs.session}a1`,
        upload: 'never',
      })
      expect(step.outputs['container-name']).toBe(`acode-${planned.outputs.session}a1-${leg.id}`)
      expect(step.outputs.status).toBe(leg.id === 'off' ? 'skipped' : 'succeeded')
    }
  })

  it('RUN-3 passes on what capability-labels offers, and legs without it refuse the task', async () => {
    const job = await newJob()
    const tasks = `[{ id: one, requiredCapabilities: [gpu], container: { image: "${imageName.base}", run: "true" } }]`
    const planned = await plan(job, { tasks, 'capability-labels': 'gpu: gpu-runner' })
    const task = JSON.stringify(matrixOf(planned)[0]?.task)
    const offered = await job.uses({ task, upload: 'never', capabilities: planned.outputs.offered ?? '' })
    expect(offered.outputs.status).toBe('succeeded')
    const refused = await job.uses({ task, upload: 'never' })
    expect(refused.outputs['error-code']).toBe('ACODE-CTN-012')
  })

  it('ACT-4 reports all faults of a file, each as an annotation at its place, and sets no output', async () => {
    const job = await newJob()
    mkdirSync(join(job.workspace, '.github'))
    copyFileSync(join(FILES, 'bad/unknown-keys.yml'), join(job.workspace, '.github/tasks.yml'))
    const step = await plan(job)
    expect(step.failed).toBe(true)
    expect(step.outputs).toEqual({})
    expect(step.annotations).toHaveLength(6)
    expect(step.annotations.at(-1)).toEqual({
      level: 'error',
      title: 'ACODE-CTN-006',
      file: '.github/tasks.yml',
      line: '12',
      message:
        '.github/tasks.yml:12:41: tasks[0].container.mounts[0].readonly is unknown; did you mean readOnly?',
    })
    expect(step.lines.at(-1)).toContain('col=41')
    expect(step.summary).toContain('### ❌ No plan: 6 problems in .github/tasks.yml')
  })

  it('ACT-4 reports all of many faults within ten annotations', async () => {
    const tasks = Array.from({ length: 300 }, (_, index) => `- { id: t${index}, imgae: x }`).join('\n')
    const step = await plan(await newJob(), { tasks })
    expect(step.annotations).toHaveLength(10)
    expect(step.annotations[0]).toMatchObject({ message: expect.stringMatching(/^input tasks:1:/) })
    expect(step.annotations[0]).not.toHaveProperty('file')
    expect(messages(step, 'error').at(-1)).toMatch(
      /^And 291 more problems:\ninput tasks:10:.*in the step’s log\)$/s,
    )
    const log = step.log.split('\n')
    for (let line = 10; line <= 300; line++)
      expect(log).toContainEqual(
        expect.stringMatching(`^input tasks:${line}:\\d+: .*imgae is unknown; valid are id, .*$`),
      )
  })

  it.each([
    ['a file that is missing', {}, 'There is no task file .github/tasks.yml'],
    ['a folder', { file: '.' }, 'The task file . cannot be read'],
    ['a file and tasks', { file: 'a.yml', tasks: '[]' }, 'input tasks and input file exclude each other'],
    ['inputs of no meaning', { tasks: '[]', shard: '3/2', 'changed-only': 'x' }, '2 problems'],
  ])('ACT-4 with %s says what to do', async (_, inputs, message) => {
    const step = await plan(await newJob(), inputs)
    expect(step.failed).toBe(true)
    expect(messages(step, 'error'), step.output).toEqual([expect.stringContaining(message)])
    expect(step.annotations[0]?.title).toBe('ACODE-CTN-006')
  })

  it('RUN-4 refuses a toolchain that leads to no image, before a leg does', async () => {
    const job = await jobWith('- { id: ours, container: { toolchain: unitty, run: make } }')
    writeFileSync(join(job.workspace, 'ours.yml'), 'unity: registry.example/unity:{version}')
    expect((await plan(job, { 'toolchains-file': 'ours.yml' })).annotations).toEqual([
      expect.objectContaining({
        file: '.github/tasks.yml',
        line: '1',
        message: expect.stringContaining('tasks[0].container.toolchain leads to no image: '),
      }),
    ])
    writeTasks(job, '- { id: ours, container: { toolchain: unity, run: make } }')
    expect(idsOf(await plan(job, { 'toolchains-file': 'ours.yml' }))).toEqual(['ours'])
    expect((await plan(job)).failed).toBe(true)
    expect(
      idsOf(await plan(await newJob(), { tasks: '[{ id: a, container: { toolchain: far, run: b } }]' })),
    ).toEqual(['a'])
  })

  it('ACT-4 with the file under another ending says which it is', async () => {
    const job = await jobWith('[]')
    copyFileSync(join(job.workspace, '.github/tasks.yml'), join(job.workspace, '.github/tasks.yaml'))
    rmSync(join(job.workspace, '.github/tasks.yml'))
    expect(messages(await plan(job), 'error')[0]).toContain(
      'There is .github/tasks.yaml: name it in the input file.',
    )
  })

  it('ACT-4 plans nothing, and says why, where nothing is chosen', async () => {
    const step = await plan(await jobWith(TASKS), { exclude: '*\nlnit' })
    expect(step.failed).toBe(false)
    expect(step.outputs).toMatchObject({
      matrix: '{"include":[]}',
      count: '0',
      ids: '[]',
      capabilities: '[]',
    })
    expect(step.lines).toContain('- No task has an id like lnit (did you mean lint?).')
    expect(step.summary).toContain('### Plan: no tasks, 3 left out')
    expect(step.summary).toContain('| <code>lint</code> | in exclude |')
  })

  it('RNR-2 refuses a pattern of include that no task is like, and sets no output', async () => {
    const step = await plan(await jobWith(TASKS), { include: 'lnit' })
    expect(step.failed).toBe(true)
    expect(step.outputs).toEqual({})
    expect(messages(step, 'error')).toEqual([
      expect.stringContaining('no task has an id like lnit (did you mean lint?)'),
    ])
  })

  it('RNR-2 refuses at once what later jobs would fail on', async () => {
    const given = {
      changes: 'aply',
      'cleanup-age-days': 'soon',
      'retention-days': 'many',
      'fail-on': 'some',
      submodules: 'yes',
      'max-parallel': '0',
      'timeout-minutes': '1.5',
    }
    const step = await plan(await jobWith(TASKS), given)
    const [message = ''] = messages(step, 'error')
    expect(message).toContain('7 problems')
    for (const name of Object.keys(given)) expect(message).toContain(`input ${name} `)
  })

  it('RNR-2 warns where an output holds what is likely masked', async () => {
    const job = await jobWith(TASKS)
    const options = { action: './plan', env: { DEPLOY_TOKEN: 'x\nnpm run lint', PLAIN: 'npm' } }
    const step = await job.uses({}, options)
    expect(messages(step, 'warning')).toContainEqual(
      expect.stringContaining('The output matrix holds the value of DEPLOY_TOKEN'),
    )
  })

  it('refuses what a fork asks for beyond the workflow, at its place, beside all else that is wrong', async () => {
    const tasks = `tasks:
  - id: unit
    runsOn: self-hosted
    imgae: x
    container:
      image: busybox
      run: "true"
      network: backend
      options: --privileged
`
    const repo = (full_name: string) => ({ repo: { full_name } })
    const planOf = async (head: unknown, inputs: Inputs = {}) => {
      const event = { pull_request: { head, base: repo('octo/repo') } }
      const job = await jobWith(tasks, { event, github: { GITHUB_EVENT_NAME: 'pull_request' } })
      const step = await plan(job, inputs)
      return step.annotations.map(({ title, file, line }) => [title, file, line])
    }
    const FILE = '.github/tasks.yml'
    const forks = [
      ['ACODE-CTN-011', FILE, '3'],
      ['ACODE-CTN-006', FILE, '4'],
      ['ACODE-CTN-011', FILE, '8'],
      ['ACODE-CTN-011', FILE, '9'],
    ]
    expect(await planOf(repo('stranger/repo'))).toEqual(forks)
    expect(await planOf({ repo: null })).toEqual(forks)
    const own = [
      ['ACODE-CTN-006', FILE, '4'],
      ['ACODE-CTN-011', FILE, '9'],
    ]
    expect(await planOf(repo('octo/repo'))).toEqual(own)
    const allowed = {
      'allowed-runners': 'self-*',
      'allowed-networks': 'backend',
      'highest-profile': 'standard',
    }
    expect(await planOf(repo('stranger/repo'), allowed)).toEqual(own)
  })

  it('bounds the image that a toolchain leads to, also through a file of the repository', async () => {
    const job = await jobWith('- { id: a, container: { toolchain: node@22, run: x } }')
    const allowed = { 'allowed-images': 'node:*' }
    expect((await plan(job, allowed)).failed).toBe(false)
    writeFileSync(join(job.workspace, '.github/toolchains.yml'), 'node: evil.example/node:{version}')
    const refused = await plan(job, allowed)
    expect(messages(refused, 'error')).toEqual([expect.stringContaining('evil.example/node:22')])
    expect(refused.annotations[0]?.title).toBe('ACODE-CTN-011')
  })

  it('ACT-4 offers shards for more tasks than a matrix has, and they have each task once', async () => {
    const job = await newJob()
    const tasks = JSON.stringify(Array.from({ length: 600 }, (_, index) => ({ id: `t${index}` })))
    const refused = await plan(job, { tasks })
    expect(messages(refused, 'error')).toEqual([expect.stringContaining('600 tasks are more than the 256')])
    expect(messages(refused, 'error')[0]).toContain('shard: 1/3 to shard: 3/3')
    const shards = []
    for (const shard of ['1/3', '2/3', '3/3']) shards.push(...idsOf(await plan(job, { tasks, shard })))
    expect(shards).toHaveLength(600)
    expect(new Set(shards).size).toBe(600)
  })

  it('ACT-4 takes a task as long as a leg can be handed, and refuses one byte more', async () => {
    const write = (length: number) =>
      JSON.stringify([{ id: 'long', container: { enabled: false, run: 'x'.repeat(length) } }])
    const legWith = async (length: number) => {
      const { outputs } = await plan(await jobWith(write(length)), { file: '.github/tasks.yml' })
      const [leg] = rawSchema.parse(JSON.parse(outputs.matrix ?? '')).include
      return leg
    }
    const run = async (leg: z.output<typeof rawSchema>['include'][number] | undefined) =>
      (await newJob({ matrix: leg })).uses({ task: leg?.task ?? '' })
    const shortest = await legWith(1)
    const room = 128 * 1024 - Buffer.byteLength(`INPUT_MATRIX=${JSON.stringify(shortest, null, 2)}`)
    const longest = await legWith(room)
    expect((await run(longest)).outputs.status).toBe('skipped')
    const refused = await plan(await jobWith(write(room + 1)))
    expect(messages(refused, 'error')).toEqual([expect.stringContaining('task long takes 131073 bytes')])
    // What the system says of the leg that is refused here.
    await expect(run({ task: '', ...longest, id: 'longer' })).rejects.toThrow('E2BIG')
  })

  it('ACT-4 leaves out what a push did not change, from its own shallow checkout', async () => {
    const tasks = `
- { id: web, paths: ["web/**"], container: { image: a, run: b } }
- { id: docs, paths: ["docs/**"], container: { image: a, run: b } }
`
    const origin = new Origin()
    const before = origin.commit({ 'web/a': '1', 'docs/a': '1', '.github/tasks.yml': tasks })
    const after = origin.commit({ 'web/a': '2' })
    const job = await newJob({ event: { before, after } })
    origin.checkout(after, 1, job.workspace)
    const step = await plan(job)
    expect(idsOf(step)).toEqual(['web'])
    expect(step.summary).toContain('> Paths were compared with 1 changed file.')
    expect(step.summary).toContain('| <code>docs</code> | none of its paths changed |')
    const changed = origin.commit({ '.github/tasks.yml': `${tasks}- { id: new, paths: [x] }\n` })
    const next = await newJob({ event: { before: after, after: changed } })
    origin.checkout(changed, 1, next.workspace)
    expect(idsOf(await plan(next))).toEqual(['web', 'docs', 'new'])
  })

  it('ACT-4 runs all, with a warning when tasks were to be left out, if it is not known what changed', async () => {
    const job = await newJob({ github: { GITHUB_EVENT_NAME: 'schedule' } })
    const tasks = '[{ id: web, paths: ["web/**"] }]'
    const auto = await plan(job, { tasks })
    expect(idsOf(auto)).toEqual(['web'])
    expect(auto.annotations).toEqual([])
    expect(auto.summary).toContain('> All tasks run, whatever their paths: the event schedule has no changes')
    const warned = await plan(job, { tasks, 'changed-only': 'true' })
    expect(messages(warned, 'warning')).toEqual([expect.stringContaining('All tasks run')])
  })

  it('lets no id issue a workflow command', async () => {
    const job = await newJob()
    copyFileSync(join(FILES, 'good/hostile-ids.yml'), join(job.workspace, 'tasks.yml'))
    for (const inputs of [{}, { exclude: '*' }]) {
      const step = await plan(job, { file: 'tasks.yml', ...inputs })
      expect(step.failed).toBe(false)
      expect(step.annotations).toEqual([])
      expect(step.output).toContain('::error::no command')
    }
  })
})

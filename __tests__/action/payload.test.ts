import { describe, expect, it } from 'vitest'
import { imageName } from '../support/engine.ts'
import { jobs } from '../support/jobs.ts'
import { eventsOf, recordOf } from '../support/record.ts'
import { messages } from '../support/runner.ts'
import { someOf } from '../support/slow.ts'

const image = imageName.base
const NO_DOCKER = { PATH: '/nonexistent' }

describe('the task payload', () => {
  const newJob = jobs()
  const container = { image, command: ['echo', 'from the payload'] }

  it.each([
    ['canonical JSON', JSON.stringify({ task: { id: 'unit', container } })],
    [
      'canonical YAML',
      `task:\n  id: unit\n  container:\n    image: ${image}\n    command: [echo, from the payload]`,
    ],
    ['{id, container}', JSON.stringify({ id: 'unit', container, unrelated: { key: 1 } })],
  ])('RUN-1 is taken as %s', async (_, task) => {
    const step = await (await newJob()).uses({ task })
    expect(step.lines).toContain('from the payload')
    expect(step.outputs['container-name']).toMatch(/^acode-[a-z0-9]+-unit$/)
  })

  it('RUN-1 is taken as the container object alone', async () => {
    const step = await (await newJob()).uses({ task: JSON.stringify(container) })
    expect(step.lines).toContain('from the payload')
  })

  it('RUN-1 gives way to inputs beside it, key by key in maps', async () => {
    const task = JSON.stringify({ ...container, env: { A: 'payload', B: 'payload' }, timeoutSeconds: 59 })
    const run = 'echo "A is $A, B is $B"'
    const step = await (await newJob()).uses({ task, run, env: 'A=input' })
    expect(step.lines).toContain('A is input, B is payload')
    expect(step.log).toContain('timeout    59 s')
  })

  it('RUN-1 sets workdir, env, artifactsSubdir, resources, labels and mounts', async () => {
    const run = 'pwd; echo "E is $E"; test -d /m && echo mounted; cat /proc/self/cgroup >/dev/null'
    const spec = {
      ...{ image, run, workdir: '/tmp', env: { E: 1.5 }, artifactsSubdir: 'results/unit' },
      ...{ resources: { cpus: 1, memory: '64m', pids: 99 }, labels: { team: 'build' } },
      mounts: [{ source: '.', target: '/m', readOnly: true }],
    }
    const step = await (await newJob()).uses({ task: JSON.stringify({ container: spec }) })
    expect(step.lines).toEqual(expect.arrayContaining(['/tmp', 'E is 1.5', 'mounted']))
    expect(step.outputs.record).toMatch(/\/record\/results\/unit\/metadata\/run\.json$/)
    const limits = { cpus: 1, memoryBytes: 64 * 2 ** 20, pids: 99 }
    expect((await recordOf(step)).container.limits).toEqual(limits)
  })

  it('RUN-3 is refused where the runner lacks a capability, before anything is asked of an engine', async () => {
    const task = JSON.stringify({ requiredCapabilities: ['gpu', 'fast'], container })
    const job = await newJob({ env: { ...NO_DOCKER, ACODE_CAPABILITIES: 'fast,other' } })
    const step = await job.uses({ task })
    expect(step.failed).toBe(true)
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-012' })
    const [message] = messages(step, 'error')
    expect(message).toContain('requires: gpu (it offers docker, fast, other)')
    expect((await recordOf(step)).error?.code).toBe('ACODE-CTN-012')
  })

  it('RUN-3 runs where the machine offers what it requires', async () => {
    const task = JSON.stringify({ requiredCapabilities: ['gpu', 'docker'], container })
    const step = await (await newJob({ env: { ACODE_CAPABILITIES: 'gpu' } })).uses({ task })
    expect(step.outputs.status).toBe('succeeded')
  })
})

describe('a payload that asks for no container', () => {
  const newJob = jobs({ env: NO_DOCKER })

  it.each([
    ['enabled: false', { task: { id: 'off', container: { enabled: false, image, command: ['false'] } } }],
    ['enabled: false alone', { container: { enabled: false } }],
    ['no container', { task: { id: 'off', steps: ['anything'] } }],
    ['only capabilities', { requiredCapabilities: [] }],
  ])('RUN-12 with %s is skipped, with a record and without docker', async (_, payload) => {
    const job = await newJob()
    const step = await job.uses({ task: JSON.stringify(payload) })
    expect(step.failed, step.output).toBe(false)
    expect(step.outputs).toMatchObject({ status: 'skipped', 'exit-code': '', 'container-id': '' })
    expect(await recordOf(step)).toMatchObject({ status: 'skipped', error: null, container: { id: null } })
    expect((await eventsOf(step)).map(({ type }) => type)).toEqual(['task.container.finished'])
    expect(step.annotations).toEqual([])
  })
})

describe('an invalid task', () => {
  const newJob = jobs({ env: NO_DOCKER })

  it('RUN-1 has all its problems in one error, and a record', async () => {
    const task = {
      task: { container: { image, comand: ['x'], timeoutSeconds: 'soon', resources: { memory: '1k' } } },
    }
    const step = await (await newJob()).uses({ task: JSON.stringify(task), pull: 'sometimes' })
    const errors = messages(step, 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain('problems:')
    for (const part of [
      'task.container.comand is unknown; did you mean command?',
      'task.container.timeoutSeconds',
      'task.container.resources.memory',
      'input pull has to be one of if-missing, always, never',
    ])
      expect(errors[0]).toContain(part)
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-006' })
    expect(await recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-006' } })
  })

  it.each(
    someOf(
      [
        ['nothing at all', {}, 'names no image'],
        ['no image', { run: 'true' }, 'image is missing'],
        ['image and toolchain', { image, toolchain: 'node@22', run: 'true' }, 'exclude each other'],
        ['run and command', { image, run: 'true', command: '[true]' }, 'exclude each other'],
        ['a command that is no list', { image, command: '{ npm: test }' }, 'has to be a list'],
        ['a list that is no payload', { task: '[1, 2]' }, 'has to be a map'],
        ['text that is no YAML', { task: 'a: [1' }, 'input task'],
        ['an unknown toolchain', { toolchain: 'nod@22', run: 'true' }, 'did you mean node'],
        ['an unknown shell', { image, run: 'true', shell: 'fish' }, 'shell "fish" is not known'],
        ['a secret name that is a path', { image, run: 'true', secrets: '../script.sh=x' }, 'input secrets'],
        ['a secret name with a slash', { image, run: 'true', secrets: 'a/b=x' }, 'input secrets'],
        ['no number of days', { image, run: 'true', 'retention-days': 'many' }, 'input retention-days'],
        ['a label of ours', { image, run: 'true', labels: 'acode.owner=me' }, 'acode.owner'],
        [
          'artifacts outside the record',
          { task: JSON.stringify({ image, run: 'true', artifactsSubdir: '../up' }) },
          'artifactsSubdir',
        ],
      ],
      5,
    ),
  )('RUN-2 with %s is refused before anything is started', async (_, inputs, message) => {
    const step = await (await newJob()).uses(inputs)
    expect(step.failed).toBe(true)
    expect(messages(step, 'error'), step.output).toEqual([expect.stringContaining(message)])
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-006' })
  })
})

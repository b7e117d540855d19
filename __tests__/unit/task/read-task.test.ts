import { describe, expect, it } from 'vitest'
import { specProblems } from '../../../src/container/check-spec.ts'
import { containerSchema } from '../../../src/task/contract.ts'
import { payloadId, readTask, requireCapabilities } from '../../../src/task/read-task.ts'
import { failureOf } from '../../support/failures.ts'
import { containerFrom, inputsFrom, taskFrom, type Written } from '../../support/task-inputs.ts'

const CONTAINER = { image: 'node:24', command: ['node', '--version'] }
const task = (payload: unknown): Written => ({ task: JSON.stringify(payload) })
const withContainer = (fields: object): Written => task({ container: { ...CONTAINER, ...fields } })

describe('the three forms of a payload (RUN-1)', () => {
  const forms: [string, string][] = [
    ['canonical, YAML', 'task: { id: unit, container: { image: node:24, command: [node, --version] } }'],
    ['canonical, JSON', JSON.stringify({ task: { id: 'unit', container: CONTAINER } })],
    ['{container}, YAML', 'id: unit\ncontainer:\n  image: node:24\n  command: [node, --version]'],
    ['{container}, JSON', JSON.stringify({ id: 'unit', container: CONTAINER })],
    ['the container alone, YAML', 'image: node:24\ncommand:\n  - node\n  - --version'],
    ['the container alone, JSON', JSON.stringify(CONTAINER)],
  ]
  it.each(forms)('takes %s', async (_, text) => {
    expect((await taskFrom({ task: text })).container).toMatchObject(CONTAINER)
  })

  it.each([
    [{ task: { id: 'unit', container: CONTAINER } }, 'unit'],
    [{ task: { id: 7, container: CONTAINER } }, '7'],
    [{ id: 'unit', container: CONTAINER }, 'unit'],
    [{ container: CONTAINER }, undefined],
    [CONTAINER, undefined],
  ])('%j has the id %j', async (payload, id) => {
    expect((await taskFrom(task(payload))).id).toBe(id)
    expect(payloadId(payload)).toBe(id)
  })

  it('puts the documented defaults in place', async () => {
    expect(await containerFrom(task(CONTAINER))).toMatchObject({
      enabled: true,
      shell: 'sh',
      artifactsSubdir: 'container',
      timeoutSeconds: 3600,
      stopGraceSeconds: 5,
      resources: { pids: 4096 },
      pull: ['if-missing'],
      network: 'task',
      user: 'runner',
      profile: 'strict',
      readOnly: false,
      workspace: 'auto',
      workflowCommands: 'deny',
    })
  })

  it.each([
    ['timeout', '15m', { timeoutSeconds: 900 }],
    ['timeoutSeconds', '15m', { timeoutSeconds: 900 }],
    ['stopGrace', '10s', { stopGraceSeconds: 10 }],
    ['collectTimeout', 90, { collectTimeoutSeconds: 90 }],
  ])('takes a duration as %s', async (name, written, spec) => {
    const container = await containerFrom(withContainer({ [name]: written }))
    expect(container).toMatchObject(spec)
    expect(container).not.toHaveProperty('timeout')
  })

  it('an input wins over both names of its duration', async () => {
    for (const name of ['timeout', 'timeoutSeconds'])
      expect(await containerFrom({ ...withContainer({ [name]: '15m' }), timeout: '2m' })).toMatchObject({
        timeoutSeconds: 120,
      })
  })

  it('reads the whole example of the interface', async () => {
    const example = `
requiredCapabilities: [gpu]
task:
  id: unit-dotnet
  container:
    enabled: true
    image: mcr.microsoft.com/dotnet/sdk:8.0
    command: [dotnet, test]
    workdir: src
    env: { DOTNET_CLI_TELEMETRY_OPTOUT: "1" }
    artifactsSubdir: container
    timeoutSeconds: 3600
    resources: { cpus: 2, memory: 4g, pids: 512 }
    pull: if-missing
    cacheVolumes: [{ name: nuget, target: /home/app/.nuget/packages }]
    mounts: [{ source: data, target: /data, readOnly: true }]
    labels: { team: build }
`
    expect(await taskFrom({ task: example })).toMatchObject({
      id: 'unit-dotnet',
      requiredCapabilities: ['gpu'],
      container: {
        image: 'mcr.microsoft.com/dotnet/sdk:8.0',
        command: ['dotnet', 'test'],
        workdir: 'src',
        env: { DOTNET_CLI_TELEMETRY_OPTOUT: '1' },
        resources: { cpus: 2, memory: 4 * 1024 ** 3, pids: 512 },
        cacheVolumes: [{ name: 'nuget', target: '/home/app/.nuget/packages' }],
        mounts: [{ source: 'data', target: '/data', readOnly: true }],
        labels: { team: 'build' },
      },
    })
  })

  it('ignores keys that are other tools’ business', async () => {
    const payload = { kind: 'git', task: { id: 'a', priority: 3, steps: [], container: CONTAINER } }
    expect((await taskFrom(task(payload))).container).toMatchObject(CONTAINER)
  })

  it('keeps 1.10 in env 1.10', async () => {
    const { env } = await containerFrom({ task: 'image: go:1\nrun: make\nenv: { GO: 1.10, ON: true, N: 3 }' })
    expect(env).toEqual({ GO: '1.10', ON: 'true', N: '3' })
  })
})

describe('a task without a container (RUN-12)', () => {
  it.each([
    { task: { id: 'a' } },
    { id: 'a' },
    { requiredCapabilities: ['gpu'] },
    { task: { id: 'a', kind: 'git', container: null } },
    { task: { container: { ...CONTAINER, enabled: false } } },
    { container: { enabled: false } },
    { enabled: false },
  ])('starts nothing: %j', async (payload) => {
    expect((await taskFrom(task(payload))).container).toBeNull()
  })

  it('is none where a step gives no task and no image', async () => {
    expect((await failureOf(() => taskFrom({}))).message).toMatch(/image, toolchain or task/)
  })
})

describe('inputs beside a payload', () => {
  const cases: [string, Written, object][] = [
    ['an input wins', { image: 'node:22' }, { image: 'node:22', command: ['node', '--version'] }],
    ['env by key', { env: 'A=input\nC=3' }, { env: { A: 'input', B: 'payload', C: '3' } }],
    ['labels by key', { labels: 'team=x' }, { labels: { team: 'x', keep: 'yes' } }],
    ['limits by key', { memory: '1g' }, { resources: { cpus: 2, memory: 1024 ** 3, pids: 4096 } }],
    [
      'lists as a whole',
      { mounts: 'data:/data:ro' },
      { mounts: [{ source: 'data', target: '/data', readOnly: true }] },
    ],
    ['run puts command out of force', { run: 'npm test' }, { run: 'npm test' }],
    ['toolchain puts image out of force', { toolchain: 'node@22' }, { toolchain: 'node@22' }],
    ['working-directory', { 'working-directory': 'src' }, { workdir: 'src' }],
    ['durations', { timeout: '2m', 'stop-grace': '1s' }, { timeoutSeconds: 120, stopGraceSeconds: 1 }],
  ]
  it.each(cases)('%s', async (_, written, expected) => {
    const payload = {
      ...CONTAINER,
      env: { A: 'payload', B: 'payload' },
      labels: { team: 'build', keep: 'yes' },
      resources: { cpus: 2 },
      mounts: [{ source: 'other', target: '/other' }],
    }
    expect(await containerFrom({ ...task(payload), ...written })).toMatchObject(expected)
  })

  it.each([
    [{ run: 'npm test' }, 'command'],
    [{ command: '[npm, test]' }, 'run'],
    [{ toolchain: 'node@22' }, 'image'],
    [{ image: 'node:22' }, 'toolchain'],
  ])('%j puts %s of the payload out of force', async (written, field) => {
    const payload = field === 'run' ? { image: 'x', run: 'x' } : { ...CONTAINER }
    const { image, ...rest } = payload
    const whole = field === 'toolchain' ? { ...rest, toolchain: 'node' } : { ...rest, image }
    expect(await containerFrom({ ...task(whole), ...written })).not.toHaveProperty(field)
  })

  it('are a separate task', async () => {
    expect(await containerFrom({ image: 'node:24', run: 'npm test' })).toMatchObject({
      image: 'node:24',
      run: 'npm test',
    })
  })

  it('give a container to a payload that has none', async () => {
    const { id, container } = await taskFrom({ ...task({ task: { id: 'a' } }), image: 'node:24', run: 'x' })
    expect({ id, image: container?.image }).toEqual({ id: 'a', image: 'node:24' })
  })
})

describe('what an enabled container has to have (RUN-2)', () => {
  it.each([
    [{ command: ['x'] }, /image is missing; name an image/],
    [{ image: 'x', command: [] }, /command is empty: got a list; write a list of strings/],
    [{ image: 'x', toolchain: 'node', command: ['x'] }, /toolchain and image exclude each other/],
    [{ image: 'x', command: ['x'], run: 'x' }, /run and command exclude each other/],
    [{ image: 'x', build: '.' }, /build and image exclude each other/],
    [{ toolchain: 'node', build: '.' }, /build and toolchain exclude each other/],
    [{ build: '/etc' }, /build has to be a relative path in the workspace/],
    [{ build: 'a/../..' }, /build has to be a relative path in the workspace/],
    [{ build: '.', dockerfile: '../Dockerfile' }, /dockerfile has to be a relative path/],
    [{ build: '.', buildTarget: '--push' }, /buildTarget is no name of a stage/],
    [{ image: 'x', dockerfile: 'D' }, /dockerfile is of no use without build/],
    [{ image: 'x', buildArgs: { A: '1' } }, /buildArgs is of no use without build/],
    [
      { image: 'x', timeout: '1m', timeoutSeconds: 60 },
      /timeoutSeconds and timeout say the same; keep timeout/,
    ],
    [
      { image: 'docker://node:22', command: ['x'] },
      /image begins with docker:\/\/.* write the reference alone/,
    ],
    [{ image: '', command: ['x'] }, /image is empty/],
    [{ image: '--privileged', command: ['x'] }, /image is no image reference/],
    [{ image: 'a b', command: ['x'] }, /image is no image reference/],
    [{ image: 'ghcr.io/acme/../x', command: ['x'] }, /image is no image reference: a part/],
  ])('%j is refused', async (container, message) => {
    const failure = await failureOf(() => taskFrom(task({ task: { container } })))
    expect(failure).toMatchObject({ code: 'ACODE-CTN-006' })
    expect(failure.message).toMatch(message)
  })

  it.each([[{ toolchain: 'node@24', run: 'npm test' }], [{ image: 'x', command: [''] }], [{ image: 'x' }]])(
    '%j is enough',
    async (container) => {
      expect(await containerFrom(task({ container }))).toMatchObject(container)
    },
  )
})

describe('hints about inputs are in the form of inputs (RUN-1, RUN-2)', () => {
  it.each([
    [
      { image: 'x', command: '{ a: b }' },
      `input command has to be a list: got a map; write a command line, or a list in one text, e.g. command: npm test, or command: '["npm", "test"]'`,
    ],
    [
      { image: 'x', command: 'npm ci && npm test' },
      'input command is no command line (&& has a meaning only in a shell; quote it); use run for what needs a shell',
    ],
    [{ run: 'x' }, 'input image is missing; name an image (image: node:22)'],
  ])('%j', async (written, message) => {
    const failure = await failureOf(() => taskFrom(written))
    expect(failure.message).toContain(message)
  })

  it('and those about a payload in the form of payloads', async () => {
    const failure = await failureOf(() => taskFrom(task({ container: { image: 'x', command: { a: 1 } } })))
    expect(failure.message).toContain(
      'container.command has to be a list: got a map; write a list of strings',
    )
  })
})

describe('every rejection names the field, the type and the fix', () => {
  it.each([
    [{ command: 'npm test' }, 'command has to be a list: got a string ("npm test"); write a list of strings'],
    [{ command: ['npm', 1] }, 'command.1 has to be a string: got a number (1); write a list of strings'],
    [{ command: { a: 1 } }, 'command has to be a list: got a map'],
    [{ env: ['A=1'] }, 'env has to be a map: got a list; write a map of names to values'],
    [{ env: { GITHUB_WORKSPACE: '/x' } }, 'env.GITHUB_WORKSPACE is the action’s own'],
    [{ env: { A: ['x'] } }, 'env.A has the wrong type: got a list'],
    [{ env: { 'not a name': 'x' } }, 'env.not a name is no name of a variable'],
    [{ env: { 'A=B': 'x' } }, 'env.A=B is no name of a variable'],
    [{ env: { A: 'a\0b' } }, 'env.A holds a NUL byte'],
    [{ env: { constructor: [] } }, 'env.constructor has the wrong type: got a list'],
    [{ entrypoint: '' }, 'entrypoint has the wrong type'],
    [{ entrypoint: [''] }, 'entrypoint begins with an empty text'],
    [{ enabled: 'yes' }, 'enabled has to be true or false: got a string ("yes")'],
    [
      { pull: 'sometimes' },
      'pull has to be one of if-missing, always, never, or a list of them in order: got a string ("sometimes")',
    ],
    [
      { pull: ['always', 'sometimes'] },
      'pull has to be one of if-missing, always, never, or a list of them in order: got a list',
    ],
    [{ pull: [] }, 'pull has to be one of if-missing, always, never, or a list of them in order: got a list'],
    [{ timeoutSeconds: 'soon' }, 'timeoutSeconds has to be seconds, or a duration such as 90s'],
    [{ timeout: 'soon' }, 'timeout has to be seconds, or a duration such as 90s'],
    [{ timeout: 0 }, 'timeout has to be 1 second or more'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds has to be 1 second or more: got a number (0)'],
    [{ timeoutSeconds: 1e9 }, 'timeoutSeconds is over 24 days'],
    [{ timeoutSeconds: null }, 'timeoutSeconds has the wrong type: got null'],
    [{ artifactsSubdir: '../x' }, 'artifactsSubdir leads out of the record: got a string ("../x")'],
    [{ artifactsSubdir: '/x' }, 'artifactsSubdir has to be a relative path'],
    [{ artifactsSubdir: 'a/../../x' }, 'artifactsSubdir leads out of the record'],
    [{ cacheVolumes: [{ name: '/host', target: '/x' }] }, 'cacheVolumes.0.name is no volume name'],
    [{ cacheVolumes: [{ name: 'a1', target: 'x' }] }, 'cacheVolumes.0.target has to be an absolute path'],
    [{ cache: 'npm' }, 'cache has to be auto, or a list of absolute paths in the container'],
    [{ cache: ['/run/acode'], cacheKey: 'a' }, 'cache'],
    [{ cache: ['/a'] }, 'cacheKey is missing'],
    [{ cacheKey: 'a' }, 'cacheKey is of no use without cache'],
    [{ cache: 'auto', cacheKey: 'a,b' }, 'cacheKey has to be a key of at most 200 characters without commas'],
    [{ cache: 'auto', cacheMax: 'x' }, 'cacheMax has to be a size'],
    [{ mounts: [{ source: 'a', target: 'b' }] }, 'mounts.0.target has to be an absolute path'],
    [{ labels: { 'acode.owner': 'me' } }, 'labels.acode.owner is one of our own labels'],
    [{ network: 'container:other' }, 'network has to be the name of a network'],
    [{ user: 'a b' }, 'user has to be runner, image, uid[:gid], or a name of the image'],
    [{ user: '+0' }, 'user has to be runner, image, uid[:gid], or a name of the image'],
    [{ profile: 'none' }, 'profile has to be one of strict, standard'],
    [{ workspacePath: 'src' }, 'workspacePath has to be an absolute path'],
    [{ platform: '--help' }, 'platform is no platform'],
  ])('%j', async (fields, message) => {
    const failure = await failureOf(() =>
      taskFrom(task({ task: { container: { ...CONTAINER, ...fields } } })),
    )
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toContain(`task.container.${message}`)
    expect(failure.message).not.toMatch(/native code|\[object/)
  })

  it.each([
    [{ comand: ['x'] }, 'task.container.comand is unknown; did you mean command?'],
    [{ timeoutseconds: 5 }, 'task.container.timeoutseconds is unknown; did you mean timeoutSeconds?'],
    [{ subdir: 'a' }, 'task.container.subdir is unknown; did you mean artifactsSubdir?'],
    [{ volumes: [] }, 'task.container.volumes is unknown; did you mean'],
    [{ environment: {} }, 'task.container.environment is unknown; did you mean env?'],
    [{ resources: { memroy: '1g' } }, 'task.container.resources.memroy is unknown; did you mean memory?'],
    [{ memory: '1g' }, 'task.container.memory belongs under resources; write resources: { memory: … }'],
    [
      { mounts: [{ source: 'a', target: '/b', readonly: true }] },
      'mounts.0.readonly is unknown; did you mean readOnly?',
    ],
    [{ zzzzzzzzzzzz: 1 }, 'task.container.zzzzzzzzzzzz is unknown; valid are enabled, image'],
    [{ constructor: 1 }, 'task.container.constructor is unknown'],
  ])('names the nearest key of %j', async (fields, message) => {
    const failure = await failureOf(() =>
      taskFrom(task({ task: { container: { ...CONTAINER, ...fields } } })),
    )
    expect(failure.message).toContain(message)
  })

  it.each([
    ['a', 'input task has to be a map'],
    ['null', 'input task has to be a map'],
    ['[1, 2]', 'input task has to be a map'],
    ['{}', 'input task has no task, no container'],
    ['imgae: x', 'imgae is unknown; did you mean image?'],
    ['task: unit', 'input task has a key task that is no map'],
    ['{ task: { id: [1] } }', 'task.id has the wrong type: got a list'],
    ['{ id: { a: 1 }, container: { image: x, run: x } }', 'task.id has the wrong type: got a map'],
    [
      '{ requiredCapabilities: gpu, container: { image: x, run: x } }',
      'requiredCapabilities has to be a list: got a string ("gpu")',
    ],
    ['container: 7', 'container has to be a map: got a number (7)'],
    ['container: { image: x', 'input task'],
  ])('payload %j', async (text, message) => {
    expect((await failureOf(() => taskFrom({ task: text }))).message).toContain(message)
  })

  it('a value that Linux takes for no variable', async () => {
    const failure = await failureOf(() => taskFrom(withContainer({ env: { A: 'x'.repeat(128 * 1024) } })))
    expect(failure.message).toBe(
      'Invalid task: container.env.A is longer than 128 KiB: pass it as a file: got a string.',
    )
  })

  it('reports all problems at once, of payload and inputs', async () => {
    const { message } = await failureOf(() =>
      taskFrom({
        task: 'task: { id: [], container: { imgae: x, command: npm test, env: { "a b": 1 }, resources: { memory: lots } } }',
        timeout: 'soon',
        cpus: 'two',
        mounts: 'nothing',
      }),
    )
    for (const part of [
      '9 problems',
      'input timeout',
      'input mounts line 1',
      'task.id',
      'task.container.imgae is unknown',
      'task.container.command has to be a list',
      'task.container.env.a b',
      'task.container.resources.memory has to be a size',
      'input cpus has to be a number',
      'image is missing',
    ])
      expect.soft(message).toContain(part)
  })

  it('names an input rather than a field of the payload', async () => {
    const { message } = await failureOf(() =>
      taskFrom({ image: 'x', command: '{a: 1}', 'pids-limit': '0', user: '-me' }),
    )
    expect(message).toContain('input command has to be a list: got a map')
    expect(message).toContain('input pids-limit has to be 1 or more: got a string ("0")')
    expect(message).toContain('input user has to be runner')
  })
})

describe('limits (CTN-14)', () => {
  it.each([
    [{}, { pids: 4096 }],
    [{ cpus: 2 }, { cpus: 2, pids: 4096 }],
    [{ cpus: '0.5' }, { cpus: 0.5, pids: 4096 }],
    [{ memory: '512m' }, { memory: 512 * 1024 ** 2, pids: 4096 }],
    [
      { memory: 6291456, pids: 1 },
      { memory: 6291456, pids: 1 },
    ],
    [{ pids: '512' }, { pids: 512 }],
  ])('%j is %j', async (resources, expected) => {
    expect((await containerFrom(withContainer({ resources }))).resources).toEqual(expected)
  })

  it.each([
    { cpus: 0 },
    { cpus: -1 },
    { cpus: 'two' },
    { cpus: '' },
    { cpus: true },
    { cpus: [2] },
    { cpus: null },
    { cpus: 'Infinity' },
    { memory: 0 },
    { memory: '1m' },
    { memory: '-1g' },
    { memory: 'lots' },
    { memory: true },
    { memory: [1] },
    { pids: 0 },
    { pids: -1 },
    { pids: 1.5 },
    { pids: true },
    { pids: 'many' },
    { disk: '1g' },
  ])('%j is refused', async (resources) => {
    const failure = await failureOf(() => taskFrom(withContainer({ resources })))
    expect(failure).toMatchObject({ code: 'ACODE-CTN-006' })
    expect(failure.message).toContain(`container.resources.${Object.keys(resources)[0]} `)
  })

  it.each([
    ['cpus', 'two'],
    ['memory', 'lots'],
    ['pids-limit', '-1'],
    ['timeout', '0'],
    ['shm-size', 'x'],
  ] as const)('input %s: %s is refused', async (name, value) => {
    const { message } = await failureOf(() => taskFrom({ image: 'x', run: 'x', [name]: value }))
    expect(message).toContain(`input ${name}`)
  })
})

describe('hostile payloads', () => {
  it('pollutes nothing by __proto__', async () => {
    const hostile = `{"container": {"image": "x", "run": "x", "__proto__": {"enabled": false}, "env": {"__proto__": "x"}, "labels": {"__proto__": {"a": 1}}}, "__proto__": {"polluted": 1}}`
    await taskFrom({ task: hostile }).catch((error: Error) => expect(error.message).toContain('__proto__'))
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Reflect.get({}, 'enabled')).toBeUndefined()
  })

  it.each([
    [
      'huge: 100,000 variables',
      { env: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`V${n}`, 'x'])) },
    ],
    ['huge: 100,000 arguments', { command: Array(100_000).fill('x') }],
  ])('takes what is only %s', async (_, fields) => {
    expect(await containerFrom(withContainer(fields))).toMatchObject({ image: 'node:24' })
  })

  const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
  it.each([
    ['deep: env', `{"image":"x","run":"x","env":{"A":${deep}}}`],
    ['deep: an unknown key', `{"image":"x","run":"x","zzz":${deep}}`],
    ['deep: lists', `{"image":"x","run":"x","command":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('refuses what is %s', async (_, text) => {
    expect((await failureOf(() => taskFrom({ task: text }))).code).toBe('ACODE-CTN-006')
  })

  it('does not repeat what may be a secret', async () => {
    const { message } = await failureOf(() =>
      taskFrom({ image: 'x', run: 'x', secrets: 'TOKEN=ok\nhunter2', env: 'A=1\nhunter 2=x\n<<hunter2' }),
    )
    expect(message).toContain('input secrets line 2')
    expect(message).toContain('input env line 2')
    expect(message).not.toMatch(/hunter/)
  })

  it.each([
    [{ env: 'KEY=-----BEGIN\nhunter+/2==' }, 'input env line 2 is no KEY=VALUE'],
    [{ env: 'KEY=one\nhunter 2<<END\nx\nEND' }, 'input env line 2 is no KEY=VALUE'],
    [{ env: 'KEY=one\n\n2hunter=' }, 'input env line 3 is no KEY=VALUE'],
    [{ task: '{"env":{"A":"hunter2\\u0000"}}' }, 'env.A holds a NUL byte'],
    [{ task: '{"env":{"A":["hunter2"]}}' }, 'env.A has the wrong type'],
  ])('names the place of a bad value of env in %j, and not the value', async (inputs, what) => {
    const { message } = await failureOf(() => taskFrom({ image: 'x', run: 'x', ...inputs }))
    expect(message).toContain(what)
    expect(message).not.toMatch(/hunter/)
  })
})

describe('what is reported of a task (FID-2)', () => {
  const refusalsOf = async (fields: object): Promise<string> => {
    const { inputs, problems } = await inputsFrom(withContainer(fields))
    return (await failureOf(() => readTask(inputs, problems, specProblems))).message
  }

  it('is everything at once: fields, options, mounts, network and limits', async () => {
    const message = await refusalsOf({
      network: 'host',
      options: '--privileged --pid host',
      mounts: [{ source: '/var/run/docker.sock', target: '/s' }],
      resources: { pids: 0 },
      command: undefined,
      run: '',
    })
    for (const part of ['network host', '--privileged', '--pid host', 'docker.sock', 'pids', 'run is empty'])
      expect(message).toContain(part)
  })

  it('is nothing that only follows from something else', async () => {
    const message = await refusalsOf({ profile: 'priviliged', options: '--privileged', network: 'host' })
    expect(message).toMatch(/^Invalid task: .*profile has to be one of strict, standard, privileged/)
    expect(message).not.toMatch(/problems|--privileged|network host/)
  })
})

describe('requireCapabilities (RUN-3)', () => {
  const offering = async (payload: object, offered: string[]) =>
    requireCapabilities(await taskFrom(task(payload)), offered)

  it.each([
    [{ container: CONTAINER }, [], ['docker']],
    [{ container: CONTAINER, requiredCapabilities: ['gpu', 'docker'] }, ['gpu'], ['gpu', 'docker']],
    [{ container: { enabled: false }, requiredCapabilities: ['gpu'] }, ['gpu'], ['gpu']],
    [{ container: { enabled: false } }, [], []],
  ])('%j with %j needs %j', async (payload, offered, required) => {
    expect(await offering(payload, offered)).toEqual(required)
  })

  it('refuses what the runner lacks, all of it by name', async () => {
    const payload = { container: CONTAINER, requiredCapabilities: ['gpu', 'unity', 'fast'] }
    const failure = await failureOf(() => offering(payload, ['fast']))
    expect(failure.code).toBe('ACODE-CTN-012')
    expect(failure.message).toMatch(/requires: gpu, unity \(it offers docker, fast\)/)
    expect(failure.message).toMatch(/runs-on.*ACODE_CAPABILITIES/)
  })
})

describe('containerSchema', () => {
  it('describes what every input can say', async () => {
    const { problems } = await inputsFrom({})
    expect(problems).toEqual([])
    expect(containerSchema.parse(CONTAINER)).toMatchObject(CONTAINER)
  })
})

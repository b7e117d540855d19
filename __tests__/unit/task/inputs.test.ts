import { afterEach, describe, expect, it, vi } from 'vitest'
import { inputsSchema } from '../../../src/task/inputs.ts'
import { inputsFrom, type Written } from '../../support/task-inputs.ts'

const problemsOf = async (written: Written) =>
  (await inputsFrom(written)).problems.map(({ field, message }) => `${field} ${message}`)

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('readInputs', () => {
  it('takes everything unsaid for undefined', async () => {
    const { inputs, problems } = await inputsFrom({})
    expect(problems).toEqual([])
    for (const name of inputsSchema.keyof().options)
      expect(inputs[name]).toEqual(name === 'capabilities' ? [] : undefined)
  })

  it.each([
    ['run', '\n echo 1\n  echo 2\n', '\n echo 1\n  echo 2\n'],
    ['run', ' \n ', undefined],
    ['command', '[npm, test]', ['npm', 'test']],
    ['command', '- npm\n- test', ['npm', 'test']],
    ['command', 'node --test "a b"', ['node', '--test', 'a b']],
    ['command', 'echo a: b', ['echo', 'a:', 'b']],
    ['command', '["npm", "te st"]', ['npm', 'te st']],
    ['entrypoint', '/bin/sh', '/bin/sh'],
    ['entrypoint', '[/bin/sh, -c]', ['/bin/sh', '-c']],
    [
      'mounts',
      'a:/a\n\n /b:/b:ro \nc d:/c d:rw',
      [
        { source: 'a', target: '/a', readOnly: false },
        { source: '/b', target: '/b', readOnly: true },
        { source: 'c d', target: '/c d', readOnly: false },
      ],
    ],
    ['cache-volumes', 'npm:/home/.npm', [{ name: 'npm', target: '/home/.npm' }]],
    ['cache', 'auto', 'auto'],
    ['cache', '/a\n /b \n', ['/a', '/b']],
    ['cache-key', 'deps-1\ndeps-\n', ['deps-1', 'deps-']],
    ['engine-volumes', 'models:/models:ro', [{ name: 'models', target: '/models', readOnly: true }]],
    ['artifacts', 'a/**\n\n  b/*.xml \n', ['a/**', 'b/*.xml']],
    ['capabilities', ' gpu, fast\nunity ', ['gpu', 'fast', 'unity']],
    ['read-only', 'True', true],
    ['read-only', 'false', false],
    ['timeout', '30m', 1800],
    ['retention-days', '7', 7],
    ['upload', 'on-failure', 'on-failure'],
    ['matrix', 'null', null],
    ['matrix', '{"node": 22}', { node: 22 }],
    ['secrets', 'KEY=a=b', { KEY: 'a=b' }],
    ['secrets', '{"KEY": "a\\nb", "OTHER": "{"}', { KEY: 'a\nb', OTHER: '{' }],
    ['secrets', 'KEY<<E\none\ntwo\nE', { KEY: 'one\ntwo\n' }],
    ['pull', 'always', 'always'],
    ['pull', 'always, if-missing', ['always', 'if-missing']],
    ['pull', 'always\nnever', ['always', 'never']],
    [
      'registries',
      'ghcr.io=ada:pa:ss=wo rd\r\n\n https://index.docker.io/v1/ = bob:p ',
      new Map([
        ['ghcr.io', { username: 'ada', password: 'pa:ss=wo rd' }],
        ['https://index.docker.io/v1/', { username: 'bob', password: 'p ' }],
      ]),
    ],
    [
      'registries',
      '127.0.0.1:5000=$oauthtoken:t',
      new Map([['127.0.0.1:5000', { username: '$oauthtoken', password: 't' }]]),
    ],
  ] as const)('%s: %j is %j', async (name, text, value) => {
    const { inputs, problems } = await inputsFrom({ [name]: text })
    expect(problems).toEqual([])
    expect(inputs[name]).toEqual(value)
  })

  it.each([
    ['read-only', 'yes', 'has to be true or false: got "yes"'],
    ['timeout', '5d', 'has to be a duration such as 90s, 30m or 2h: got "5d"'],
    ['stop-grace', '-1', 'has to be a duration'],
    ['retention-days', '0', 'has to be a number of days from 1 to 400'],
    ['retention-days', '1.5', 'has to be a number of days from 1 to 400'],
    ['upload', 'sometimes', 'has to be one of always, on-failure, never: got "sometimes"'],
    ['mounts', 'a:/a\nb', 'line 2 is no source:target[:ro]'],
    ['mounts', 'a:relative', 'line 1 is no source:target[:ro]'],
    ['mounts', 'a:/b:rw:x', 'line 1 is no source:target[:ro]'],
    ['cache-volumes', 'npm', 'line 1 is no name:target'],
    ['labels', 'no equals sign', 'line 1 is no KEY=VALUE'],
    ['task', 'a: b: c', 'at line 1'],
    ['secrets', '../script.sh=x', 'has a KEY that is no file name'],
    ['secrets', '{"KEY": "not-to-be-told", }', 'is no JSON map of names to texts'],
    ['secrets', '{"KEY": 1}', 'is no JSON map of names to texts'],
    ['secrets', '{"../x": "a"}', 'has a KEY that is no file name'],
    ['secrets', 'a/b=x', 'has a KEY that is no file name'],
    ['secrets', '..=x', 'has a KEY that is no file name'],
    ['registries', 'ghcr.io=ada:p\nsecret-alone', 'line 2 is no HOST=USER:PASSWORD'],
    ['registries', 'ghcr.io=token-alone', 'line 1 is no HOST=USER:PASSWORD'],
    ['registries', '=ada:p', 'line 1 is no HOST=USER:PASSWORD'],
    ['registries', 'ghcr.io=ada:', 'line 1 is no HOST=USER:PASSWORD'],
  ] as const)('%s: %j %s', async (name, text, message) => {
    const problems = await problemsOf({ [name]: text })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`input ${name} `)
    expect(problems[0]).toContain(message)
    expect(problems[0]).not.toMatch(/secret-alone|token-alone|not-to-be-told/)
  })

  it('goes on with the other inputs, so that a broken task has a name and a record', async () => {
    const { inputs, problems } = await inputsFrom({ timeout: 'soon', upload: 'x', 'task-id': 'unit' })
    expect(problems).toHaveLength(2)
    expect(inputs).toMatchObject({ 'task-id': 'unit', timeout: undefined, upload: undefined })
  })
})

describe('env of the runner (SECURITY.md)', () => {
  it('passes what is asked for by name', async () => {
    vi.stubEnv('BUILD_NUMBER', '7')
    expect((await inputsFrom({ env: 'BUILD_NUMBER\nNOT_SET_ANYWHERE\nA=1' })).inputs.env).toEqual({
      BUILD_NUMBER: '7',
      A: '1',
    })
  })

  it.each([
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_RUNTIME_URL',
    'ACTIONS_RESULTS_URL',
    'ACTIONS_CACHE_URL',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_URL',
    'GITHUB_TOKEN',
    'RUNNER_TRACKING_ID',
    'INPUT_SECRETS',
    'STATE_run',
  ])('refuses %s', async (name) => {
    vi.stubEnv(name, 'hunter2')
    const { inputs, problems } = await inputsFrom({ env: `A=1\n${name}` })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(`${name}, which no task gets`)
    expect(JSON.stringify({ inputs, problems })).not.toContain('hunter2')
  })
})

import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { artifactOf, logOf } from '../../support/record.ts'
import { type Job, messages, type StepResult } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'

const image = imageName.base

/** The environment of the task itself, as the kernel has it. */
const DUMP = ['/bin/busybox', 'cp', '/proc/self/environ', '/run/acode/artifacts/environ']
const environmentOf = async (step: StepResult): Promise<Record<string, string>> => {
  const entries = (await artifactOf(step, 'environ')).split('\0').slice(0, -1)
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
}

describe('the environment of a task', () => {
  const newJob = jobs()
  const run = async (job: Job, env: Record<string, string>) => {
    const task = JSON.stringify({ image, command: DUMP, env })
    return job.uses({ task })
  }

  const VALUES = {
    SEVERAL_LINES: 'first\nsecond\n\n  fourth',
    QUOTES: `'single' "double" \`back\``,
    DOLLAR: '$HOME $$ $(id)',
    BACKSLASHES: 'C:\\new\\table \\0',
    UNICODE: 'grüße 你好 🚀 \u00a0',
    NOTHING: '',
    EQUALS_SIGNS: '=a==b=',
    BLANKS_AT_BOTH_ENDS: '  padded\t',
    HASH: '#not a comment',
    PERCENT_AND_COLON: '100%::error::x',
    LONG: 'x'.repeat(100_000),
  }
  it('IMG-5 holds any value as it was declared', async () => {
    const step = await run(await newJob(), VALUES)
    expect(step.outputs.status, step.output.slice(-2000)).toBe('succeeded')
    expect(await environmentOf(step)).toMatchObject(VALUES)
  })

  /** What the CLI and the libraries that it is made of read. */
  const OF_THE_CLI = {
    PATH: '/task/bin:/bin',
    HOME: '/root',
    DOCKER_HOST: 'tcp://192.0.2.1:2375',
    DOCKER_CONFIG: '/nowhere',
    DOCKER_CONTEXT: 'no-such-context',
    DOCKER_TLS_VERIFY: '1',
    LD_PRELOAD: '',
    LD_LIBRARY_PATH: '/task/lib',
    GODEBUG: 'http2debug=2',
    HTTP_PROXY: 'http://192.0.2.1:3128',
    no_proxy: '*',
    SSL_CERT_FILE: '/task/certs.pem',
    GLIBC_TUNABLES: 'glibc.malloc.check=3',
    XDG_RUNTIME_DIR: '/task/run',
    TMPDIR: '/task/tmp',
    ACODE_ENGINE_TIMEOUT: '0.001',
    NODE_OPTIONS: '--no-such-option',
    BASH_ENV: '/no/such/file',
    'with.dots-and-dashes': 'x',
  }
  it('IMG-5 holds names that the CLI reads, all at once, as the task’s', async () => {
    const step = await run(await newJob(), OF_THE_CLI)
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(await environmentOf(step)).toMatchObject(OF_THE_CLI)
  })
  it.each(someOf(Object.entries(OF_THE_CLI), 4))(
    'IMG-5 holds %s, which is the task’s and not the CLI’s',
    async (name, value) => {
      const step = await run(await newJob(), { [name]: value })
      expect(step.outputs.status, step.output).toBe('succeeded')
      expect((await environmentOf(step))[name]).toBe(value)
    },
  )

  const odd = `first 'line'\r\n$HOME "\\" \`id\`\n\n  last 你好\r`
  it('FID-1 holds any text under any name, those that the CLI reads among them', async () => {
    const names = ['SSH_X', 'DOCKER_HOST', 'DOCKER_AUTH_CONFIG', 'XDG_Y', 'CONTAINER_Z', 'HOME', 'LD_PRELOAD']
    const env = { ...Object.fromEntries(names.map((name) => [name, odd])), PATH: '/bin:/a\n/b', GODEBUG: '' }
    const step = await run(await newJob(), { ...env, DOCKER_CONFIG: `/${'x'.repeat(100_000)}` })
    expect(step.outputs.status, step.output.slice(-2000)).toBe('succeeded')
    expect(await environmentOf(step)).toMatchObject({ ...env, DOCKER_CONFIG: `/${'x'.repeat(100_000)}` })
    expect(step.output).not.toContain('last 你好')
  })

  it.each([
    ['a script', { run: 'echo "got: $DOCKER_HOST"' }, 'got: a\nb\n'],
    [
      'the image’s entrypoint',
      { command: ['sh', '-c', 'echo "$DOCKER_HOST"'] },
      'entry: sh -c echo "$DOCKER_HOST"\na\nb\n',
    ],
    ['an entrypoint', { entrypoint: ['sh', '-c'], command: ['echo "$DOCKER_HOST"'] }, 'a\nb\n'],
  ])('FID-1 gives %s such a text', async (_, fields, text) => {
    const task = JSON.stringify({ image: imageName.entry, env: { DOCKER_HOST: 'a\nb' }, ...fields })
    const step = await (await newJob()).uses({ task })
    expect((await logOf(step)).toString(), step.output).toBe(text)
  })

  describe('FID-1 the input env', () => {
    const runner = {
      NPM_TOKEN: 'token-of-the-runner',
      MYAPP_A: 'of the job',
      MYAPP_B: 'two\nlines',
      GITHUB_TOKEN: 'ghs_token',
      ACTIONS_RUNTIME_TOKEN: 'runtime-token',
      INPUT_X: 'input',
    }
    const withEnv = async (env: string) =>
      (await newJob({ env: runner })).uses({ image, command: JSON.stringify(DUMP), env })

    it.each([
      'MSG=Release\n\nNPM_TOKEN',
      'MSG=Release\nNPM_TOKEN',
      'MSG=Release\nMYAPP_*',
      'A=\nB<<E\nE\nNPM_TOKEN',
    ])('takes no line below a KEY=VALUE for a name: %j', async (env) => {
      const step = await withEnv(env)
      expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-006' })
      expect(messages(step, 'error')[0]).toMatch(/input env line \d is a name alone below a KEY=VALUE/)
    })

    it('passes what patterns and names ask for, never what no task gets', async () => {
      const step = await withEnv('MYAPP_*\nGITHUB_*\nACTIONS_*\nINPUT_*\nNPM_TOKEN\nNOT_THERE\nNONE_*\nOWN=1')
      const { GITHUB_TOKEN, ACTIONS_RUNTIME_TOKEN, INPUT_X, GITHUB_WORKSPACE, ...environment } =
        await environmentOf(step)
      expect(environment).toMatchObject({ MYAPP_A: 'of the job', MYAPP_B: 'two\nlines', OWN: '1' })
      expect(environment.NPM_TOKEN).toBe(runner.NPM_TOKEN)
      expect([GITHUB_TOKEN, ACTIONS_RUNTIME_TOKEN, INPUT_X]).toEqual([undefined, undefined, undefined])
      expect(environment.GITHUB_OUTPUT).toBe('/run/acode/output')
      expect(messages(step, 'warning').join()).toMatch(/does not have: .*NOT_THERE, NONE_\*/)
    })

    it.each(['GITHUB_WORKSPACE=/x', 'GITHUB_ACTIONS=false', 'ARTIFACT_DIR=/x', 'ACODE_TASK=x'])(
      'refuses %s, which is the action’s own',
      async (env) => {
        const step = await withEnv(env)
        expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-006' })
        expect(messages(step, 'error')[0]).toContain('is the action’s own')
      },
    )

    it('takes nothing for an empty text, in a payload too', async () => {
      const task = `image: ${image}\ncommand: ${JSON.stringify(DUMP)}\nenv: { FOO: }`
      const step = await (await newJob()).uses({ task, env: 'BAR=' })
      expect(await environmentOf(step)).toMatchObject({ FOO: '', BAR: '' })
    })
  })

  it('IMG-5 holds nothing of the runner’s but what is harmless', async () => {
    const token = 'the-runtime-token-itself'
    const job = await newJob({
      artifacts: {
        env: () => ({ ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: 'http://127.0.0.1:9/' }),
      },
      env: {
        ...{
          GITHUB_TOKEN: 'ghs_token',
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id-token',
          SOME_SECRET: 'of-the-job',
        },
        ...{ STATE_leak: 'state', INPUT_LEAK: 'input', ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9/' },
      },
    })
    const environment = await environmentOf(await run(job, { MINE: '1' }))
    const { HOSTNAME, PATH, ...known } = environment
    expect(HOSTNAME).toMatch(/^[0-9a-f]{12}$/)
    expect(PATH).toContain('/bin')
    expect(
      Object.keys(known)
        .filter((name) => !/^(PWD|SHLVL)$/.test(name))
        .sort(),
    ).toEqual(
      [
        ...['ACODE_SESSION', 'ACODE_TASK', 'ARTIFACT_DIR', 'CI', 'HOME', 'MINE'],
        ...[
          'GIT_CONFIG_COUNT',
          ...[0, 1, 2].flatMap((n) => [`GIT_CONFIG_KEY_${n}`, `GIT_CONFIG_VALUE_${n}`]),
        ],
        ...[
          'GITHUB_ACTIONS',
          'GITHUB_ACTOR',
          'GITHUB_API_URL',
          'GITHUB_EVENT_NAME',
          'GITHUB_JOB',
          'GITHUB_OUTPUT',
        ],
        ...[
          'GITHUB_REF',
          'GITHUB_REF_NAME',
          'GITHUB_REPOSITORY',
          'GITHUB_REPOSITORY_OWNER',
          'GITHUB_RUN_ATTEMPT',
        ],
        ...['GITHUB_RUN_ID', 'GITHUB_RUN_NUMBER', 'GITHUB_SERVER_URL', 'GITHUB_SHA', 'GITHUB_STEP_SUMMARY'],
        ...['GITHUB_WORKFLOW', 'GITHUB_WORKSPACE', 'LOGNAME', 'USER'],
        ...['GITHUB_ENV', 'GITHUB_EVENT_PATH', 'GITHUB_PATH', 'GITHUB_HEAD_REF', 'GITHUB_BASE_REF'],
        ...['GITHUB_REF_TYPE', 'RUNNER_ARCH', 'RUNNER_ENVIRONMENT', 'RUNNER_OS'],
      ].sort(),
    )
    expect(known).toMatchObject({
      CI: 'true',
      GITHUB_WORKSPACE: job.workspace,
      GITHUB_OUTPUT: '/run/acode/output',
    })
  })

  it('IMG-5 cannot take the variables away that the action’s promises rest on', async () => {
    const env = { GITHUB_OUTPUT: '/tmp/x', ARTIFACT_DIR: '/tmp', ACODE_TASK: 'other', CI: 'false' }
    const step = await (await newJob()).uses({ task: JSON.stringify({ image, run: 'true', env }) })
    for (const name of ['GITHUB_OUTPUT', 'ARTIFACT_DIR', 'ACODE_TASK'])
      expect(messages(step, 'error')[0]).toContain(`env.${name} is the action’s own`)
    expect(messages(step, 'error')[0]).not.toContain('CI')
  })

  const OF_THE_RUNNER = [
    ...['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RUNTIME_URL', 'ACTIONS_RESULTS_URL', 'ACTIONS_CACHE_URL'],
    ...['GITHUB_TOKEN', 'INPUT_SECRETS', 'RUNNER_TRACKING_ID', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'STATE_run'],
  ]
  it.each(someOf(OF_THE_RUNNER, 4, 2))(
    'IMG-5 is not given the runner’s %s, even where the workflow asks by name',
    async (name) => {
      const job = await newJob({ env: { [name]: 'a value', PATH: '/nonexistent' } })
      const step = await job.uses({ image, run: 'env', env: `FINE=1\n${name}` })
      expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-006' })
      expect(messages(step, 'error')[0]).toContain(name)
    },
  )
})

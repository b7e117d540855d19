import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { environmentOf, transportEnvironment } from '../../../src/container/environment.ts'

const IDENTITY = { session: 's1', task: 'unit' }

/** A runner's environment: what may pass, and what may not. */
const PASSED = {
  GITHUB_REPOSITORY: 'octo/repo',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: 'abc',
  GITHUB_RUN_ID: '7',
  GITHUB_RUN_NUMBER: '3',
  GITHUB_WORKFLOW: 'ci',
  GITHUB_JOB: 'unit',
  GITHUB_ACTOR: 'octocat',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
}
const NEVER = {
  ACTIONS_RUNTIME_TOKEN: 'hunter2',
  ACTIONS_RUNTIME_URL: 'hunter2',
  ACTIONS_RESULTS_URL: 'hunter2',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'hunter2',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'hunter2',
  ACTIONS_CACHE_URL: 'hunter2',
  GITHUB_TOKEN: 'hunter2',
  GITHUB_ENV: 'hunter2',
  GITHUB_PATH: 'hunter2',
  GITHUB_STATE: 'hunter2',
  GITHUB_EVENT_PATH: 'hunter2',
  RUNNER_TRACKING_ID: 'hunter2',
  INPUT_SECRETS: 'hunter2',
  STATE_run: 'hunter2',
  DOCKER_HOST: 'hunter2',
  PATH: 'hunter2',
  AWS_SECRET_ACCESS_KEY: 'hunter2',
}

const ME = { name: 'me', home: '/run/acode/home' }

describe('environmentOf (IMG-5, RUN-5)', () => {
  it('has the harmless ones of the runner and nothing else of it', () => {
    const environment = environmentOf(IDENTITY, '/work', { ...PASSED, ...NEVER }, {}, ME)
    expect(environment).toMatchObject(PASSED)
    expect(Object.values(environment)).not.toContain('hunter2')
  })

  it('points into the control folder and names the task', () => {
    expect(environmentOf(IDENTITY, '/work', {}, {}, ME)).toEqual({
      CI: 'true',
      HOME: '/run/acode/home',
      USER: 'me',
      LOGNAME: 'me',
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_CONFIG_KEY_1: 'core.trustctime',
      GIT_CONFIG_VALUE_1: 'false',
      GIT_CONFIG_KEY_2: 'core.checkStat',
      GIT_CONFIG_VALUE_2: 'minimal',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: '/work',
      GITHUB_OUTPUT: '/run/acode/output',
      GITHUB_ENV: '/run/acode/env',
      GITHUB_PATH: '/run/acode/path',
      GITHUB_EVENT_PATH: '/run/acode/event.json',
      GITHUB_STEP_SUMMARY: '/run/acode/summary',
      ARTIFACT_DIR: '/run/acode/artifacts',
      ACODE_SESSION: 's1',
      ACODE_TASK: 'unit',
    })
  })

  it('says nothing of a HOME that is the image’s own', () => {
    expect(environmentOf(IDENTITY, '/work', {}, {}, { name: 'me', home: null })).not.toHaveProperty('HOME')
  })

  it('lets the task have its own values, but for those that our promises rest on', () => {
    const own = {
      CI: 'false',
      HOME: '/home/me',
      GITHUB_SHA: 'def',
      A: '1',
      GITHUB_OUTPUT: '/x',
      ACODE_TASK: 'y',
    }
    expect(environmentOf(IDENTITY, '/work', PASSED, own, ME)).toMatchObject({
      CI: 'false',
      HOME: '/home/me',
      GITHUB_SHA: 'def',
      A: '1',
      GITHUB_OUTPUT: '/run/acode/output',
      ACODE_TASK: 'unit',
    })
  })
})

describe('transportEnvironment (RUN-5)', () => {
  const forTheCli = [
    'PATH',
    'HOME',
    'TMPDIR',
    'LANG',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'DOCKER_HOST',
    'DOCKER_CONFIG',
    'DOCKER_CONTEXT',
    'CONTAINER_HOST',
    'CONTAINERS_CONF',
    'XDG_RUNTIME_DIR',
    'XDG_CONFIG_HOME',
    'SSH_AUTH_SOCK',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'https_proxy',
    'NO_PROXY',
    'ALL_PROXY',
    'GODEBUG',
    'GOMAXPROCS',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'ACODE_ENGINE_TIMEOUT',
    'ACODE_ENGINE_CALLER',
  ]
  it.each(forTheCli)('keeps %s from the CLI that would read it', (name) => {
    const { byName, cliEnvironment, file } = transportEnvironment({ [name]: 'the task’s', A: '1' })
    expect(byName).toEqual(['A'])
    expect(cliEnvironment).toEqual({ A: '1' })
    expect(file).toBe(`${name}=the task’s\n`)
  })

  it.each([
    ...['CI', 'HOMEPAGE', 'MY_PATH', 'NODE_OPTIONS', 'GITHUB_SHA', 'GO_VERSION', 'path'],
    ...['SSH_PRIVATE_KEY', 'SSH_X', 'DOCKER_PASSWORD', 'DOCKERFILE', 'CONTAINER_NAME', 'XDG_Y', 'GOPATH'],
  ])('passes %s by name, which no CLI reads', (name) => {
    expect(transportEnvironment({ [name]: 'one\ntwo' })).toEqual({
      byName: [name],
      cliEnvironment: { [name]: 'one\ntwo' },
      file: '',
      inTask: {},
    })
  })

  it.each(['one\ntwo', 'ends with a CR\r', 'x'.repeat(70_000)])(
    'leaves what no file can carry of a name that the CLI reads to the task’s shell: %j',
    (value) => {
      expect(transportEnvironment({ DOCKER_HOST: value })).toEqual({
        byName: [],
        cliEnvironment: {},
        file: '',
        inTask: { DOCKER_HOST: value },
      })
    },
  )

  it('loses no variable and doubles none', () => {
    const name = fc.oneof(fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/), fc.constantFrom(...forTheCli))
    const value = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ' '))
    fc.assert(
      fc.property(fc.dictionary(name, value), (variables) => {
        const { byName, cliEnvironment, file, inTask } = transportEnvironment(variables)
        const inFile = file
          .split('\n')
          .slice(0, -1)
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
        expect(Object.keys(cliEnvironment)).toEqual(byName)
        expect({ ...cliEnvironment, ...Object.fromEntries(inFile), ...inTask }).toEqual(variables)
      }),
      { numRuns: 3_000 },
    )
  })
})

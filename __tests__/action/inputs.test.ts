import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import type { RunRecord } from '../../src/record/run-record.ts'
import { ArtifactService } from '../support/artifact-service.ts'
import { docker, imageName, removeCaches } from '../support/engine.ts'
import { HOLD, type Inspected, whileHeld } from '../support/held-task.ts'
import { jobs } from '../support/jobs.ts'
import { artifactOf, recordOf } from '../support/record.ts'
import { type FinishedStep, type Inputs, type Job, messages } from '../support/runner.ts'

/** An input whose effect shows on the container while it runs. */
type Held = { readonly inputs: Inputs; readonly shows: (container: Inspected, job: Job) => unknown }
/** An input whose effect shows in how the step ends. */
type Ended = {
  readonly inputs: Inputs
  readonly shows: (step: FinishedStep, record: RunRecord) => unknown
}

const INPUTS = z
  .object({ inputs: z.record(z.string(), z.unknown()) })
  .parse(parse(await readFile(path.resolve(import.meta.dirname, '../../action.yml'), 'utf8'))).inputs

const mountAt = ({ Mounts }: Inspected, target: string) =>
  Mounts.find(({ Destination }) => Destination === target)
/** Containers are created by the image's id. */
const idOf = (image: string) => docker('image', 'inspect', '--format', '{{.Id}}', image)
const argv = ({ Config }: Inspected) => [...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])]

const held: Record<string, Held> = {
  task: {
    inputs: { task: JSON.stringify({ container: { labels: { team: 'build' } } }) },
    shows: ({ Config }) => expect(Config.Labels.team).toBe('build'),
  },
  'task-id': {
    inputs: { 'task-id': 'my-task' },
    shows: ({ Name, Config }) => {
      expect(Name).toMatch(/^\/acode-[a-z0-9]+-my-task$/)
      expect(Config.Labels['acode.task']).toBe('my-task')
    },
  },
  image: {
    inputs: { image: imageName.user },
    shows: async ({ Config }) => expect(Config.Image).toBe(await idOf(imageName.user)),
  },
  toolchain: {
    inputs: { image: '', toolchain: 'node@22' },
    shows: async ({ Config }) => expect(Config.Image).toBe(await idOf('node:22-slim')),
  },
  'toolchains-file': {
    inputs: { image: '', toolchain: 'mine', 'toolchains-file': 'toolchains.yml' },
    shows: async ({ Config }) => expect(Config.Image).toBe(await idOf(imageName.base)),
  },
  shell: {
    inputs: { shell: 'ash -u {0}' },
    shows: (container) => expect(argv(container).slice(0, 2)).toEqual(['ash', '-u']),
  },
  command: {
    inputs: { run: '', command: JSON.stringify(['sh', '-c', HOLD, 'two words', '$HOME']) },
    shows: (container) => expect(argv(container)).toEqual(['sh', '-c', HOLD, 'two words', '$HOME']),
  },
  entrypoint: {
    inputs: { run: '', entrypoint: '/bin/busybox', command: JSON.stringify(['sh', '-c', HOLD]) },
    shows: ({ Config }) => expect(Config.Entrypoint).toEqual(['/bin/busybox']),
  },
  'working-directory': {
    inputs: { 'working-directory': 'sub/folder' },
    shows: ({ Config }, job) => expect(Config.WorkingDir).toBe(path.join(job.workspace, 'sub/folder')),
  },
  env: {
    inputs: { env: 'FROM_JOB\nONE=1\nTWO<<END\nfirst\nsecond\nEND' },
    shows: ({ Config }) =>
      expect(Config.Env).toEqual(
        expect.arrayContaining(['ONE=1', 'TWO=first\nsecond', 'FROM_JOB=value of the job']),
      ),
  },
  mounts: {
    inputs: { mounts: 'sub:/one\nsub:/two:ro' },
    shows: (container, job) => {
      const Source = path.join(job.workspace, 'sub')
      expect(mountAt(container, '/one')).toMatchObject({ Type: 'bind', Source, RW: true })
      expect(mountAt(container, '/two')).toMatchObject({ Type: 'bind', Source, RW: false })
    },
  },
  'cache-volumes': {
    inputs: { 'cache-volumes': 'acode-test-inputs:/cache' },
    shows: (container) =>
      expect(mountAt(container, '/cache')).toMatchObject({
        Type: 'volume',
        Name: expect.stringMatching(/^acode-cache-[0-9a-f]{12}-acode-test-inputs$/),
      }),
  },
  'engine-volumes': {
    inputs: { 'engine-volumes': 'acode-test-engine-volume:/models:ro' },
    shows: (container) =>
      expect(mountAt(container, '/models')).toMatchObject({
        Type: 'volume',
        Name: 'acode-test-engine-volume',
        RW: false,
      }),
  },
  labels: {
    inputs: { labels: 'team=build and test\nempty=' },
    shows: ({ Config }) => expect(Config.Labels).toMatchObject({ team: 'build and test', empty: '' }),
  },
  'shm-size': {
    inputs: { 'shm-size': '32m' },
    shows: ({ HostConfig }) => expect(HostConfig.ShmSize).toBe(32 * 2 ** 20),
  },
  cpus: {
    inputs: { cpus: '0.5' },
    shows: ({ HostConfig }) => expect(HostConfig.NanoCpus).toBe(5e8),
  },
  memory: {
    inputs: { memory: '64m' },
    shows: ({ HostConfig }) =>
      expect(HostConfig).toMatchObject({ Memory: 64 * 2 ** 20, MemorySwap: 64 * 2 ** 20 }),
  },
  'pids-limit': {
    inputs: { 'pids-limit': '77' },
    shows: ({ HostConfig }) => expect(HostConfig.PidsLimit).toBe(77),
  },
  network: {
    inputs: { network: 'none' },
    shows: ({ HostConfig }) => expect(HostConfig.NetworkMode).toBe('none'),
  },
  user: {
    inputs: { user: '1234:2345' },
    shows: ({ Config }) => expect(Config.User).toBe('1234:2345'),
  },
  init: {
    inputs: { init: 'false' },
    shows: ({ HostConfig }) => expect(HostConfig.Init ?? false).toBe(false),
  },
  profile: {
    inputs: { profile: 'standard' },
    shows: ({ HostConfig }) =>
      expect(HostConfig).toMatchObject({
        CapDrop: [expect.stringMatching(/MKNOD$/), expect.stringMatching(/SETFCAP$/)],
        SecurityOpt: ['no-new-privileges'],
      }),
  },
  'read-only': {
    inputs: { 'read-only': 'true' },
    shows: ({ HostConfig }) => expect(HostConfig.ReadonlyRootfs).toBe(true),
  },
  options: {
    inputs: { options: `--hostname acode-host --health-cmd 'test -e "/a b"'` },
    shows: ({ Config }) =>
      expect(Config).toMatchObject({
        Hostname: 'acode-host',
        Healthcheck: { Test: ['CMD-SHELL', 'test -e "/a b"'] },
      }),
  },
  workspace: {
    inputs: { workspace: 'none' },
    shows: (container, job) => expect(mountAt(container, job.workspace)?.Source).not.toBe(job.workspace),
  },
  'workspace-path': {
    inputs: { 'workspace-path': '/work space' },
    shows: (container, job) => {
      expect(mountAt(container, '/work space')?.Source).toBe(job.workspace)
      expect(container.Config.WorkingDir).toBe('/work space')
    },
  },
}

const ended: Record<string, Ended> = {
  check: {
    inputs: { check: 'true' },
    shows: (_, { check }) => expect(check?.exitCode).toBe(0),
  },
  run: {
    inputs: { run: 'echo one\necho two' },
    shows: (step) => expect(step.lines).toEqual(expect.arrayContaining(['one', 'two'])),
  },
  secrets: {
    inputs: { secrets: 'KEY=the-secret-value', run: 'cat /run/acode/secrets/KEY | tr a-z A-Z' },
    shows: (step) => {
      expect(step.lines).toContain('THE-SECRET-VALUE')
      expect(step.masks).toContain('the-secret-value')
    },
  },
  pull: {
    inputs: { image: 'acode-test/nowhere:1', pull: 'never' },
    shows: (step) => {
      expect(step.outputs['error-code']).toBe('ACODE-CTN-004')
      expect(messages(step, 'error')[0]).toContain('pull is never')
    },
  },
  'allowed-images': {
    inputs: { 'allowed-images': 'ghcr.io/acme/*' },
    shows: (step) => expect(step.outputs['error-code']).toBe('ACODE-CTN-011'),
  },
  'require-digest': {
    inputs: { 'require-digest': 'true' },
    shows: (step) => expect(step.outputs['error-code']).toBe('ACODE-CTN-011'),
  },
  platform: {
    inputs: { platform: 'linux/s390x', pull: 'never' },
    shows: (step) => expect(step.outputs['error-code']).toBe('ACODE-CTN-004'),
  },
  gpus: {
    inputs: { gpus: 'all' },
    shows: (step) => expect(step.debug.join()).toContain(' --gpus all '),
  },
  runtime: {
    inputs: { runtime: 'no-such-runtime' },
    shows: (step) => {
      expect(step.outputs['error-code']).toBe('ACODE-CTN-003')
      expect(messages(step, 'error')[0]).toContain('no-such-runtime')
    },
  },
  'workspace-uncommitted': {
    inputs: { 'workspace-uncommitted': 'false', workspace: 'bind' },
    shows: (step) => expect(messages(step, 'error').join()).toContain('input workspace-uncommitted is false'),
  },
  artifacts: {
    inputs: { artifacts: 'sub/*.txt', run: 'echo found >sub/new.txt; echo not >sub/new.log' },
    shows: async (step, { artifacts }) => {
      expect(artifacts).toEqual(['sub/new.txt'])
      expect(await artifactOf(step, 'sub/new.txt')).toBe('found\n')
    },
  },
  timeout: {
    inputs: { timeout: '1s', run: 'sleep 600' },
    shows: (step) =>
      expect(step.outputs).toMatchObject({ status: 'timed-out', 'error-code': 'ACODE-CTN-007' }),
  },
  'stop-grace': {
    inputs: { 'stop-grace': '42s', timeout: '1s', run: 'sleep 600' },
    shows: (step) => expect(step.debug.join('\n')).toContain('container stop --time 42 '),
  },
  'workflow-commands': {
    inputs: { 'workflow-commands': 'allow', run: 'echo "::notice::from the task"' },
    shows: (step) => expect(messages(step, 'notice')).toEqual(['from the task']),
  },
  capabilities: {
    inputs: { capabilities: 'gpu, fast-disk', task: 'requiredCapabilities: [fast-disk, docker]\ntask: {}' },
    shows: (step) => expect(step.outputs.status).toBe('succeeded'),
  },
  'session-id': {
    inputs: { 'session-id': 'inputs1' },
    shows: (step, { session }) => {
      expect(session).toBe('inputs1')
      expect(step.outputs['container-name']).toMatch(/^acode-inputs1-/)
    },
  },
  matrix: {
    inputs: { matrix: '{"os":"Debian 12","level":{"deep":true}}' },
    shows: (_, { task }) => expect(task).toMatch(/^test-true-debian-12-/),
  },
}

/** Inputs whose effect is seen in the tests below the tables, or where it says. */
const elsewhere = [
  // build and registries among the engine tests
  ...['build', 'dockerfile', 'build-target', 'build-args', 'build-secrets', 'build-cache', 'registries'],
  // setup among the engine tests
  ...['setup', 'setup-files'],
  ...['job-index', 'check-run-id', 'upload', 'artifact-name', 'retention-days'],
  // caches among the engine tests
  ...['cache', 'cache-key', 'cache-max', 'job-status'],
  // services among the engine tests
  ...['services', 'job-network'],
  // egress among the engine tests
  'egress',
  // workspace-apply and workspace-kept among the engine tests
  ...['changes', 'keep-failed', 'cleanup-age-days'],
  // parallel-steps among the engine tests
  'on-cancel',
  // allow-failure, collect-bounds and exit-codes among the engine tests
  ...['allow-failure', 'collect-timeout', 'collect-max-bytes', 'collect-max-files', 'collect-max-depth'],
  'summary',
  // task-user and proxy among the engine tests
  ...['export-env', 'proxy'],
  // repositories among the engine tests
  ...['include-ignored', 'repository-path'],
  // test-results among the engine tests
  'reports',
  // guard, max-containers and retry among the engine tests
  ...['guard', 'max-containers', 'retry'],
  // contract.test.ts
  ...['workflow-ref', 'workflow-sha'],
]

describe('ACT-2 every input of action.yml has an effect', () => {
  const newJob = jobs()
  const prepare = async () => {
    const env = { FROM_JOB: 'value of the job' }
    const job = await newJob({ env, runner: { RUNNER_DEBUG: '1' } })
    mkdirSync(path.join(job.workspace, 'sub/folder'), { recursive: true })
    writeFileSync(path.join(job.workspace, 'toolchains.yml'), `mine: ${imageName.base}\n`)
    return job
  }

  it('has a test for each', () => {
    const tested = [...Object.keys(held), ...Object.keys(ended), ...elsewhere]
    expect(tested.sort()).toEqual(Object.keys(INPUTS).sort())
  })

  it.each(Object.entries(held))('RUN-1 %s, on the running container', async (name, { inputs, shows }) => {
    const job = await prepare()
    if (name === 'engine-volumes') await docker('volume', 'create', 'acode-test-engine-volume')
    const running = job.start({ image: imageName.base, run: HOLD, workspace: 'bind', ...inputs })
    const { step } = await whileHeld(running, ({ container }) => shows(container, job))
    if (name === 'cache-volumes') await removeCaches('acode-test-inputs')
    if (name === 'engine-volumes') await docker('volume', 'rm', 'acode-test-engine-volume')
    expect(step.outputs.status, step.output).toBe('succeeded')
  })

  it.each(Object.entries(ended))('RUN-1 %s, in the step’s end', async (_, { inputs, shows }) => {
    const job = await prepare()
    const step = await job.uses({ image: imageName.base, run: 'true', ...inputs })
    await shows(step, await recordOf(step))
  })

  it.each(['job-index', 'check-run-id'])('ACT-3 %s distinguishes two steps', async (input) => {
    const job = await prepare()
    const inputs = { 'job-index': '0', 'check-run-id': '1', image: imageName.base, run: 'true' }
    const [first, second] = await Promise.all([
      job.uses(inputs, { stepId: 'same' }),
      (await newJob({ github: { GITHUB_RUN_ID: job.variable('GITHUB_RUN_ID') } })).uses(
        { ...inputs, [input]: '7' },
        { stepId: 'same' },
      ),
    ])
    expect(first.outputs['container-name']).not.toBe(second.outputs['container-name'])
  })

  it('ACT-5 upload, artifact-name and retention-days, in the post step', async () => {
    const service = await ArtifactService.start()
    const job = await newJob({ artifacts: service })
    const inputs = { image: imageName.base, run: 'true' }
    const named = await job.uses({ ...inputs, 'artifact-name': 'a/name', 'retention-days': '3' })
    await named.post()
    const unwanted = await job.uses({ ...inputs, upload: 'never' })
    await unwanted.post()
    await service.stop()
    expect([...service.artifacts.keys()]).toEqual(['a-name'])
    expect(named.outputs['artifact-name']).toBe('a-name')
    const days = (service.artifacts.get('a-name')?.expiresAt?.getTime() ?? 0) - Date.now()
    expect(days / 86_400_000).toBeCloseTo(3, 1)
  })
})

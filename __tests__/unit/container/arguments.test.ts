import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ContainerPlan, createArguments } from '../../../src/container/arguments.ts'
import { transportEnvironment } from '../../../src/container/environment.ts'
import { containerSchema } from '../../../src/task/contract.ts'

const spec = (fields: object = {}) => containerSchema.parse({ image: 'x', run: 'x', ...fields })

const PLAN: ContainerPlan = {
  name: 'acode-s-t',
  image: { id: 'sha256:1f', reference: 'node:24' },
  command: { entrypoint: null, args: ['node', '--version'], script: null },
  labels: { team: 'build' },
  user: { option: '1001:127', uid: 1001, gid: 127 },
  environment: { byName: ['CI'], cliEnvironment: { CI: 'true' }, file: '', inTask: {} },
  environmentFile: null,
  mounts: [{ type: 'bind', source: '/work', target: '/work' }],
  caches: [],
  network: { name: 'acode-s-t.network-1', hidesMetadata: true, isInternal: false },
  workdir: '/work',
  options: [],
  spec: spec(),
}

/** Every place where these arguments stand one after the other. */
const holds = (args: readonly string[], part: readonly string[]): boolean =>
  args.some((_, at) => part.every((word, index) => args[at + index] === word))

describe('createArguments (RUN-5, IMG-3, CTN-14)', () => {
  it('is one list, in the order that the CLI takes it', () => {
    expect(createArguments(PLAN)).toEqual([
      ...['--name', 'acode-s-t', '--label', 'team=build'],
      ...['--pull', 'never', '--log-driver', 'none', '--init'],
      ...['--security-opt', 'no-new-privileges', '--cap-drop', 'ALL', '--pids-limit', '4096'],
      ...['--oom-score-adj', '750'],
      ...['--network', 'acode-s-t.network-1', '--link-local-ip', '169.254.169.254'],
      ...['--user', '1001:127', '--env', 'CI'],
      ...['--mount', 'type=bind,source=/work,target=/work', '--workdir', '/work'],
      ...['sha256:1f', 'node', '--version'],
    ])
  })

  const given: [string, Partial<ContainerPlan>, string[]][] = [
    ['cpus', { spec: spec({ resources: { cpus: 0.5 } }) }, ['--cpus', '0.5']],
    [
      'memory, swap included',
      { spec: spec({ resources: { memory: '1g' } }) },
      ['--memory', '1073741824', '--memory-swap', '1073741824'],
    ],
    [
      'in profile standard what makes no devices and no files with capabilities',
      { spec: spec({ profile: 'standard' }) },
      ['--cap-drop', 'MKNOD', '--cap-drop', 'SETFCAP'],
    ],
    ['pids', { spec: spec({ resources: { pids: 7 } }) }, ['--pids-limit', '7']],
    [
      'network',
      { network: { name: 'none', hidesMetadata: false, isInternal: false } },
      ['--network', 'none', '--user', '1001:127'],
    ],
    [
      'no resolver but the task itself on a network that leads nowhere (BES-2)',
      { network: { name: 'own', hidesMetadata: false, isInternal: true } },
      ['--network', 'own', '--dns', '0.0.0.0'],
    ],
    ['platform', { spec: spec({ platform: 'linux/arm64' }) }, ['--platform', 'linux/arm64']],
    ['gpus', { spec: spec({ gpus: 'all' }) }, ['--gpus', 'all']],
    ['runtime', { spec: spec({ runtime: 'runsc' }) }, ['--runtime', 'runsc']],
    ['shm-size', { spec: spec({ shmSize: '64m' }) }, ['--shm-size', '67108864']],
    ['read-only', { spec: spec({ readOnly: true }) }, ['--read-only', '--tmpfs', '/tmp:exec']],
    ['environment file', { environmentFile: '/p/environment' }, ['--env-file', '/p/environment']],
    [
      'entrypoint',
      { command: { entrypoint: '/init', args: ['a b', ''], script: null } },
      ['--entrypoint', '/init', 'sha256:1f', 'a b', ''],
    ],
    [
      'options, before the image by its id',
      { options: ['--dns', '1.1.1.1'] },
      ['--dns', '1.1.1.1', 'sha256:1f'],
    ],
    [
      'volumes',
      { mounts: [{ type: 'volume', name: 'npm', target: '/c' }] },
      ['--mount', 'type=volume,source=npm,target=/c'],
    ],
  ]
  it.each(given)('passes %s', (_, change, part) => {
    expect(holds(createArguments({ ...PLAN, ...change }), part)).toBe(true)
  })

  const left: [string, Partial<ContainerPlan>, string][] = [
    ['no --entrypoint for the image’s own', {}, '--entrypoint'],
    ['no limits but pids where none are asked for', {}, '--memory'],
    ['no --cpus where none are asked for', {}, '--cpus'],
    [
      'Docker’s capabilities in profile standard, but for two',
      { spec: spec({ profile: 'standard' }) },
      'ALL',
    ],
    ['a root file system that can be written', {}, '--read-only'],
  ]
  it.each(left)('leaves %s', (_, change, word) => {
    const args = createArguments({ ...PLAN, ...change })
    expect(args).not.toContain(word)
    expect(holds(args, ['--security-opt', 'no-new-privileges'])).toBe(true)
  })

  it('puts up no walls in profile privileged', () => {
    const args = createArguments({ ...PLAN, spec: spec({ profile: 'privileged' }) })
    expect(args).not.toContain('--cap-drop')
    expect(args).not.toContain('--security-opt')
  })

  it('joins no words and splits none', () => {
    const words = fc.array(fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(words, words, (args, options) => {
        const built = createArguments({
          ...PLAN,
          options,
          command: { entrypoint: null, args, script: null },
        })
        expect(built.slice(built.length - args.length - 1 - options.length)).toEqual([
          ...options,
          PLAN.image.id,
          ...args,
        ])
      }),
    )
  })

  it('has no value of a variable among them', () => {
    const name = fc.oneof(
      fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/),
      fc.constantFrom('PATH', 'HOME', 'DOCKER_HOST', 'HTTPS_PROXY', 'GOPATH'),
    )
    const value = fc.stringMatching(/^[ -~]{0,20}$/).map((text) => `secret:${text}`)
    fc.assert(
      fc.property(fc.dictionary(name, value), (variables) => {
        const environment = transportEnvironment(variables)
        const environmentFile = environment.file === '' ? null : '/p/environment'
        const args = createArguments({ ...PLAN, environment, environmentFile })
        expect(args.join('\n')).not.toContain('secret:')
        expect(args.filter((_, at) => args[at - 1] === '--env')).toEqual(environment.byName)
      }),
      { numRuns: 3_000 },
    )
  })
})

import { describe, expect, it } from 'vitest'
import { specProblems } from '../../../src/container/check-spec.ts'
import { optionNames } from '../../../src/container/options/options.ts'
import { matches } from '../../../src/formats/star-pattern.ts'
import { isFromFork } from '../../../src/plan/event.ts'
import { TaskFileError } from '../../../src/plan/file/faults.ts'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { policyOf } from '../../../src/plan/policy/policy.ts'
import { policyCheck } from '../../../src/plan/policy/policy-check.ts'
import { isAllowedImage } from '../../../src/task/image-name.ts'
import { failOn } from '../../../src/task/problems.ts'
import { failureOf } from '../../support/failures.ts'
import { inline, inputsOf, type Written } from './files.ts'

const imagesOf = (toolchain: string) =>
  toolchain === 'far' ? null : toolchain.split(' ').map((one) => one.replace('@', ':'))

/** The places and fields that the policy of the inputs refuses, each as `line:column field`. */
async function refused(text: string, written: Written, isFork = false): Promise<string[]> {
  const policy = policyOf(await inputsOf(written), isFork)
  try {
    readTaskFile(inline(text), () => null, [policyCheck(policy, { imagesOf, optionNames })])
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error
    expect(new Set(error.faults.map(({ code }) => code))).toEqual(new Set(['ACODE-CTN-011']))
    expect(error.code).toBe('ACODE-CTN-011')
    return error.faults.map(({ place, field }) => `${place.line}:${place.column} ${field}`)
  }
  return []
}
const task = (container: string, more = '') =>
  `- { id: a, ${more}container: { image: node:22, run: x, ${container} } }`
const isRefused = async (container: string, written: Written, isFork = false) =>
  (await refused(task(container), written, isFork)).length > 0

describe('allowed-egress (BES-2)', () => {
  const bound = { 'allowed-egress': 'npm\n*.example.com' }
  it.each(['egress: none', 'network: none', 'egress: npm', 'egress: [registry.npmjs.org, a.example.com]'])(
    'lets %s through',
    async (container) => {
      expect(await isRefused(container, bound)).toBe(false)
    },
  )

  it.each(['', 'egress: open', 'egress: audit', 'egress: [npm, pypi]', 'egress: [a.example.com:22]'])(
    'refuses %s',
    async (container) => {
      expect(await isRefused(container, bound)).toBe(true)
      expect(await isRefused(container, {})).toBe(false)
    },
  )
})

describe('what a fork may ask for (policy)', () => {
  it.each([
    'profile: standard',
    "setup: 'true'",
    'gpus: all',
    'runtime: runc',
    'network: backend',
    'network: host, profile: standard',
    'workspace: bind',
    'changes: apply',
    'workflowCommands: allow',
    'exportEnv: true',
    'proxy: runner',
    'mounts: [{ source: /etc, target: /e, readOnly: true }]',
    'mounts: [{ source: ./x/../../up, target: /e, readOnly: true }]',
    // Links of the checkout may lead it to the git folder, whose hooks the runner starts.
    'mounts: [{ source: data, target: /e }]',
    'engineVolumes: [{ name: models, target: /e }]',
    'network: bridge',
    'options: --network host',
    'options: --net=host',
    'options: --privileged',
    'profile: privileged',
    'profile: privileged, user: root, options: --privileged',
    'options: --cap-add NET_ADMIN, profile: standard',
    'options: --device /dev/kvm',
    'mounts: [{ source: /var/run/docker.sock, target: /e }]',
    'options: --privileged=true --hostname x',
    'options: --hostname x --sysctl net.ipv4.ip_forward=1',
    'options: -p 80:80',
    'options: -P',
    'options: -Ph x',
    'options: -v /:/host',
    'options: --add-host db:10.0.0.1',
    'options: --ipc shareable',
    'options: --group-add 0',
    'options: --device-read-bps /dev/sda:1mb',
    'options: --runtime runc',
    'options: --gpus all',
    'options: --not-known',
    'cacheMax: 0',
  ])('%s is refused, and not of the repository’s own', async (container) => {
    expect(await isRefused(container, {}, true)).toBe(true)
    expect(await isRefused(container, {}, false)).toBe(false)
  })

  it.each([
    'network: none',
    'network: task',
    'profile: strict',
    'options: --hostname x --ulimit nofile=100 --health-cmd true --tmpfs /x',
    'mounts: [{ source: data, target: /e, readOnly: true }]',
    'cacheVolumes: [{ name: npm, target: /c }]',
    'cache: auto',
  ])('%s is not', async (container) => {
    expect(await isRefused(container, {}, true)).toBe(false)
  })

  it('builds nothing, and neither does a task file whose images are bounded', async () => {
    const text = '- { id: a, container: { build: ., run: x } }'
    expect(await refused(text, {}, true)).toEqual(['1:32 tasks[0].container.build'])
    expect(await refused(text, { 'highest-profile': 'standard' }, true)).toEqual([])
    expect(await refused(text, {})).toEqual([])
    expect(await refused(text, { 'allowed-images': '*' })).toHaveLength(1)
    expect(await refused(text, { 'require-digest': 'true' })).toHaveLength(1)
  })

  it('has services of profile strict, of images that are allowed, without the machine’s files', async () => {
    const service = (fields: string) => task(`services: { db: { ${fields} } }`)
    expect(await refused(service('image: a, user: x, profile: strict'), {}, true)).toEqual([])
    expect(await refused(service('image: a'), {}, true)).toEqual([
      '1:65 tasks[0].container.services.db.profile',
    ])
    expect(await refused(service('image: a'), {})).toEqual([])
    const bounds = { 'allowed-images': 'node:*', 'allowed-mounts': 'conf' }
    const mounts = 'mounts: [{ source: /etc, target: /e }]'
    expect(await refused(service(`image: a, ${mounts}`), bounds)).toEqual([
      '1:74 tasks[0].container.services.db.image',
      '1:96 tasks[0].container.services.db.mounts[0].source',
    ])
    expect(await refused(service('toolchain: node@22'), bounds)).toEqual([])
    expect(await refused(service('toolchain: far'), bounds)).toHaveLength(1)
    expect(await refused(service('build: .'), bounds)).toHaveLength(1)
  })

  it('reaches only the workflow’s own runners, also without a container', async () => {
    const own = {
      'runs-on': 'ubuntu-24.04',
      'capability-labels': 'gpu: [self-hosted, gpu]\nbig: { group: big }',
    }
    const text = `
- { id: a, runsOn: self-hosted }
- { id: b, runsOn: [gpu, Self-Hosted] }
- { id: c, runsOn: [self-hosted] , container: { enabled: false } }
- { id: d, runsOn: ubuntu-24.04 }
- { id: e, runsOn: { group: big } }
- { id: f, runsOn: { group: bigger, labels: gpu } }
- { id: g, requiredCapabilities: [gpu] }
`
    expect(await refused(text, own, true)).toEqual([
      '2:20 tasks[0].runsOn',
      '4:20 tasks[2].runsOn',
      '7:20 tasks[5].runsOn',
    ])
    expect(await refused('- { id: a, runsOn: ubuntu-latest }', {}, true)).toEqual([])
    expect(await refused('- { id: a, runsOn: ubuntu-24.04 }', {}, true)).toHaveLength(1)
  })

  it('is what the workflow’s inputs say, where they do', async () => {
    const all = {
      'allowed-runners': '*',
      'allowed-networks': '*\nhost',
      'allowed-mounts': '*',
      'highest-profile': 'privileged',
    }
    const text = task(
      'network: host, profile: standard, workspace: bind, runtime: x',
      'runsOn: self-hosted, ',
    )
    expect(await refused(text, {}, true)).toHaveLength(5)
    expect(await refused(text, all, true)).toEqual([])
  })

  it('counts wherever it stands: in defaults, in strategies, in payloads, beside other faults', async () => {
    const text = `defaults:
  runsOn: self-hosted
  container: { image: a, run: x, network: host, profile: standard }
tasks:
  - { id: a, container: {} }
  - { id: b, runsOn: ubuntu-latest, strategy: { n: [bridge, backend] }, container: { profile: strict, network: "\${{ matrix.n }}" } }
  - { id: c, runsOn: ubuntu-latest, task: { id: c, container: { profile: strict, network: db } } }
`
    expect(await refused(text, {}, true)).toEqual([
      '2:11 defaults.runsOn',
      '3:43 defaults.container.network',
      '3:58 defaults.container.profile',
      '6:112 tasks[1].container.network',
      '7:91 tasks[2].task.container.network',
    ])
  })

  it('is reported at once with the other problems of the task', async () => {
    const policy = policyOf(await inputsOf(), true)
    const text =
      '- { id: a, idd: b, runsOn: x, container: { image: a, run: b, memory: 1g, network: db, profile: odd } }'
    try {
      readTaskFile(inline(text), () => null, [policyCheck(policy, { imagesOf, optionNames })])
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof TaskFileError)) throw error
      expect(error.faults.map(({ field, code }) => `${field} ${code.slice(-3)}`)).toEqual([
        'tasks[0].idd 006',
        'tasks[0].runsOn 011',
        'tasks[0].container.memory 006',
        'tasks[0].container.network 011',
        'tasks[0].container.profile 006',
      ])
      expect(error.code).toBe('ACODE-CTN-006')
    }
  })
})

describe('what the inputs allow (policy)', () => {
  it.each([
    ['allowed-runners', 'ubuntu-*', '- { id: a, runsOn: [ubuntu-24.04, self-hosted] }', true],
    ['allowed-runners', 'ubuntu-*', '- { id: a, runsOn: Ubuntu-24.04 }', false],
    ['allowed-runners', 'ubuntu-*', '- { id: a, runsOn: { group: ubuntu-big } }', true],
    ['allowed-runners', 'group:ubuntu-*', '- { id: a, runsOn: { group: ubuntu-big } }', false],
    ['allowed-images', 'node:*', task(''), false],
    ['allowed-images', 'ghcr.io/acme/*', task(''), true],
    ['allowed-images', 'go:*', '- { id: a, container: { toolchain: go@1, run: x } }', false],
    ['allowed-images', 'node:*', '- { id: a, container: { toolchain: go@1, run: x } }', true],
    ['allowed-images', 'node:*', "- { id: a, container: { toolchain: 'node@1 go@1', run: x } }", true],
    ['allowed-images', 'node:*\ngo:*', "- { id: a, container: { toolchain: 'node@1 go@1', run: x } }", false],
    ['highest-profile', 'strict', '- { id: a, container: { toolchain: devcontainer, run: x } }', true],
    ['highest-profile', 'strict', '- { id: a, container: { toolchain: devcontainer@api, run: x } }', true],
    ['highest-profile', 'standard', '- { id: a, container: { toolchain: devcontainer, run: x } }', false],
    ['allowed-images', 'far*', '- { id: a, container: { toolchain: far, run: x } }', true],
    ['allowed-networks', 'back*', task('network: backend'), false],
    ['allowed-networks', 'back*', task('network: front'), true],
    ['allowed-networks', '*', task('network: host, profile: standard'), true],
    ['allowed-networks', 'back*', task('options: --network backend'), true],
    ['allowed-mounts', '/data/*', task('mounts: [{ source: /data/x, target: /d }]'), false],
    ['allowed-mounts', '/data/*', task('mounts: [{ source: //data/../etc, target: /d }]'), true],
    ['allowed-mounts', '/data/', task('mounts: [{ source: /data, target: /d }]'), false],
    ['allowed-mounts', './out', task('mounts: [{ source: out/, target: /d }]'), false],
    ['allowed-mounts', '.', task('workspace: bind'), false],
    ['allowed-mounts', 'volume:mod*', task('engineVolumes: [{ name: models, target: /d }]'), false],
    ['allowed-mounts', '/models', task('engineVolumes: [{ name: models, target: /d }]'), true],
    ['allowed-mounts', '/data/*', task('options: -v /:/host'), true],
    ['highest-profile', 'strict', task('profile: standard'), true],
    ['highest-profile', 'strict', task('options: --sysctl a=b'), true],
    ['highest-profile', 'standard', task('options: --sysctl a=b, gpus: all, profile: standard'), false],
    ['highest-profile', 'standard', task('runtime: runc'), true],
  ])('%s: %s', async (input, value, text, isBeyond) => {
    expect((await refused(text, { [input]: value })).length > 0).toBe(isBeyond)
  })

  it.each([
    ['node:*', 'node:22/evil', false],
    ['node:*', 'node', true],
    ['node:*', 'node:22@sha256:0', true],
    ['node', 'node:latest', false],
    ['node', 'node', true],
    ['node:latest', 'node', true],
    ['docker.io/library/node:*', 'node:22', true],
    ['docker.io/node:*', 'node:22', true],
    ['node:*', 'index.docker.io/library/node:22', true],
    ['node:*', 'evil.example/library/node:22', false],
    ['acme/*', 'acme.io/x', false],
    ['acme/*', 'acme/x/y', true],
    ['ghcr.io/acme/*', 'ghcr.io/acmes/x', false],
    ['localhost/*', 'localhost/x', true],
    ['*', 'ghcr.io/a/b:1', true],
    ['*/acme/*', 'ghcr.io/acme/b:1', true],
  ])('the image pattern %s and %s', (pattern, image, allowed) => {
    expect(isAllowedImage(image, [pattern])).toBe(allowed)
  })

  it.each([
    ['a*b*c', 'abc', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['**', 'x', true],
    ['a.c', 'abc', false],
    ['*a*a*b', `${'a'.repeat(50_000)}`, false],
  ])('the pattern %s and %.20s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })
})

describe('whose a run is (policy)', () => {
  const repo = (full_name: string) => ({ repo: { full_name } })
  const pull = (head: unknown, base: unknown) => ({ pull_request: { head, base } })
  it.each([
    ['pull_request', pull(repo('a/x'), repo('a/x')), false],
    ['pull_request', pull(repo('b/x'), repo('a/x')), true],
    ['pull_request_target', pull(repo('b/x'), repo('a/x')), true],
    ['pull_request_review', pull(repo('b/x'), repo('a/x')), true],
    ['pull_request', pull({ repo: null }, repo('a/x')), true],
    ['pull_request', pull({}, {}), true],
    ['pull_request', null, true],
    ['pull_request', [], true],
    [
      'workflow_run',
      { workflow_run: { head_repository: { full_name: 'b/x' } }, repository: { full_name: 'a/x' } },
      true,
    ],
    [
      'workflow_run',
      { workflow_run: { head_repository: { full_name: 'a/x' } }, repository: { full_name: 'a/x' } },
      false,
    ],
    ['workflow_run', null, true],
    ['push', null, false],
    ['merge_group', {}, false],
    ['', null, false],
  ])('%s %j', (name, payload, isFork) => {
    expect(isFromFork(name, payload)).toBe(isFork)
  })
})

describe('what a leg would refuse (FID-2)', () => {
  it.each(['../up', 'a/../../up', '/proc/1', '/sys', '/var/run/docker.sock', '/run', '//var/./run/', '/'])(
    'is found of the mount %s, whatever the machine',
    (source) => {
      const [parsed] = readTaskFile(
        inline(task(`mounts: [{ source: ., target: /a }, { source: ${source}, target: /b }]`)),
      )
      const problems = parsed?.spec ? specProblems(parsed.spec) : []
      expect(problems.map(({ path, error }) => [path.join('.'), error.code])).toEqual([
        ['mounts.1.source', 'ACODE-CTN-011'],
      ])
    },
  )

  it('is found all at once', async () => {
    const [parsed] = readTaskFile(
      inline(task('network: host, shell: /bin/sh, options: "--privileged on --rmi --ipc host -u"')),
    )
    const spec = parsed?.spec
    expect(spec && specProblems(spec).map(({ path, error }) => [path.join('.'), error.code])).toEqual([
      ['network', 'ACODE-CTN-011'],
      ['shell', 'ACODE-CTN-006'],
      ['options', 'ACODE-CTN-011'],
      ['options', 'ACODE-CTN-006'],
      ['options', 'ACODE-CTN-011'],
      ['options', 'ACODE-CTN-006'],
    ])
    const failure = await failureOf(
      () =>
        spec &&
        failOn(
          [],
          'Invalid task',
          specProblems(spec).map(({ error }) => error),
        ),
    )
    expect(failure.code).toBe('ACODE-CTN-011')
    for (const part of ['6 problems', 'network host', '--privileged', '--rmi', '--ipc host', '-u belongs'])
      expect(failure.message).toContain(part)
  })
})

import { describe, expect, it } from 'vitest'
import type { TaskFacts } from '../../../src/container/facts/gather-facts.ts'
import { plansOf } from '../../../src/container/plan-container.ts'
import { runnerPaths } from '../../../src/github/paths.ts'
import { containerSchema } from '../../../src/task/contract.ts'
import type { Workspace } from '../../../src/workspace/workspace.ts'

const IDS = { uid: 1001, gid: 127 }
const OWNER = { host: 'h', boot: 'b', pidNamespace: 'p', pid: 1, start: '1' }

const workspaceBy = (method: Workspace['method'], kind: Workspace['kind']): Workspace => ({
  ...{ method, kind, reason: 'asked for', path: '/work', isInContainer: false },
  ...{ credentials: Promise.resolve(null), unread: [] },
  mount: async () => null,
  fill: null,
  collect: async () => null,
  dispose: async () => undefined,
})
const EMPTY = workspaceBy('none', 'empty')

const factsWith = (change: Partial<TaskFacts> = {}): TaskFacts => ({
  identity: { session: 's', task: 't', container: 'acode-s-t' },
  spec: containerSchema.parse({ image: 'node:24', run: 'true' }),
  secrets: { KEY: 'hunter22' },
  image: {
    ...{ reference: 'node:24', id: 'sha256:1f', digest: 'sha256:2e', platform: 'linux/amd64', user: '' },
    ...{ entrypoint: [], command: ['node'], hasHealthCheck: false, ports: [], home: undefined, bytes: 1 },
  },
  workspace: EMPTY,
  network: { name: 'own', hidesMetadata: true, isInternal: false },
  labels: {
    ...{ session: 's', task: 't', repository: 'o/r', job: 'j', runner: 'r', version: '1' },
    ...{ owner: OWNER, deadline: 2_000_000_000 },
  },
  env: { GITHUB_SHA: 'abc' },
  paths: runnerPaths({ GITHUB_WORKSPACE: '/work', RUNNER_TEMP: '/temp', RUNNER_WORKSPACE: '/lasting/r' }),
  runner: { ...IDS, inside: IDS },
  translate: (path) => `/engine${path}`,
  isCertain: true,
  isRemapped: false,
  repository: { server: 'https://github.com', name: 'o/r' },
  privateFolder: '/temp/run/private',
  user: { option: '1001:127', ...IDS },
  account: { name: 'runner', files: [{ path: '/etc/passwd', content: '' }] },
  home: null,
  proxies: { variables: {}, ofCli: { variables: {}, isLocal: true }, secrets: [] },
  event: '{}',
  caches: [],
  cacheFolders: [],
  mounted: [],
  mount: null,
  askedAt: 0,
  ...change,
})

const methodsOf = (change: Partial<TaskFacts>) =>
  plansOf(factsWith(change)).map(({ foldersBy, accountBy }) => [foldersBy, accountBy])

describe('plansOf', () => {
  it('creates by the image’s id, so that the recorded image is what runs (IMG-1)', () => {
    const [{ container }] = plansOf(factsWith())
    expect(container.image).toEqual({ id: 'sha256:1f', reference: 'node:24' })
  })

  it('mounts folders under the names that the engine has for them', () => {
    const [{ container }] = plansOf(factsWith())
    expect(container.mounts).toEqual([
      { type: 'bind', source: '/engine/temp/run/private/folder-0', target: '/run/acode' },
      { type: 'bind', source: '/engine/temp/run/private/folder-1', target: '/work' },
      { type: 'bind', source: '/engine/temp/run/private/passwd', target: '/etc/passwd', readOnly: true },
    ])
  })

  it.each<[string, Partial<TaskFacts>, string[][]]>([
    [
      'bound from the runner, else in volumes where the engine sees nothing of it',
      {},
      [
        ['bind', 'bind'],
        ['volume', 'copy'],
      ],
    ],
    ['in volumes where the engine has no name for them', { translate: () => null }, [['volume', 'copy']]],
    [
      'in volumes for another user',
      { user: { option: '5:5', uid: 5, gid: 5 } },
      [
        ['volume', 'bind'],
        ['volume', 'copy'],
      ],
    ],
    [
      'bound in any case where the workspace is',
      { workspace: workspaceBy('bind', 'shared'), mount: { folder: '/engine/work' } },
      [['bind', 'bind']],
    ],
    [
      'in volumes at once for another user without entries',
      { user: { option: '5:5', uid: 5, gid: 5 }, account: { name: 'five', files: [] } },
      [['volume', 'bind']],
    ],
  ])('has folders %s', (_, change, expected) => {
    expect(methodsOf(change)).toEqual(expected)
  })

  it('makes the working directory in an empty workspace', () => {
    const spec = containerSchema.parse({ image: 'node:24', run: 'true', workdir: 'a/b' })
    const [{ folders }] = plansOf(factsWith({ spec }))
    expect(folders[1]?.entries).toEqual([
      { path: 'a', kind: 'folder' },
      { path: 'a/b', kind: 'folder' },
    ])
  })
})

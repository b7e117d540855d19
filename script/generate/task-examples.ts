import type { ContainerInput } from '../../src/task/contract.ts'

/** How each field of a container object is written, for editors and the reference. A field without its line does not compile. */
export const CONTAINER_EXAMPLES: { readonly [K in keyof ContainerInput]-?: NonNullable<ContainerInput[K]> } =
  {
    enabled: false,
    image: 'ghcr.io/acme/unit:3',
    digests: { 'node:22-slim': `sha256:${'0123456789abcdef'.repeat(4)}` },
    toolchain: 'node@22',
    build: 'docker/unit',
    dockerfile: 'test.Dockerfile',
    buildTarget: 'test',
    buildArgs: { NODE: '22' },
    buildCache: 'registry=ghcr.io/acme/unit:cache',
    check: true,
    setup: 'apt-get update && apt-get install -y --no-install-recommends libpq-dev',
    setupFiles: ['requirements.txt'],
    command: ['npm', 'test'],
    run: 'npm ci && npm test',
    shell: 'bash',
    entrypoint: '/usr/local/bin/entry',
    workdir: 'packages/api',
    env: { NODE_ENV: 'test' },
    artifactsSubdir: 'unit',
    timeout: '15m',
    timeoutSeconds: 900,
    stopGrace: '10s',
    stopGraceSeconds: 10,
    resources: { cpus: 2, memory: '4g', pids: 512 },
    pull: 'always',
    cacheVolumes: [{ name: 'npm', target: '/npm' }],
    cache: 'auto',
    cacheKey: ['deps-1', 'deps-'],
    cacheMax: '20g',
    engineVolumes: [{ name: 'models', target: '/models', readOnly: true }],
    mounts: [{ source: '/data/fixtures', target: '/fixtures', readOnly: true }],
    labels: { team: 'build' },
    platform: 'linux/arm64',
    gpus: 'all',
    runtime: 'runsc',
    shmSize: '1g',
    network: 'none',
    user: '1000:1000',
    init: false,
    egress: ['npm', 'api.example.com', '*.example.com:8443'],
    proxy: 'runner',
    exportEnv: true,
    profile: 'standard',
    readOnly: true,
    options: '--hostname builder --ulimit nofile=4096',
    workspace: 'copy',
    changes: 'discard',
    workspacePath: '/src',
    workspaceUncommitted: false,
    includeIgnored: ['dist/**'],
    repositoryPath: 'lib',
    artifacts: ['coverage/**'],
    reports: ['results/**/*.xml'],
    collectTimeout: '10m',
    collectTimeoutSeconds: 600,
    collectMaxBytes: '2g',
    collectMaxFiles: 10_000,
    collectMaxDepth: 20,
    workflowCommands: 'allow',
    allowFailure: true,
    retry: { max: 2, on: ['pull', 'engine', 'exit:75'] },
    guard: false,
    maxContainers: 4,
    services: { db: { image: 'postgres:17', env: { POSTGRES_PASSWORD: 'test' }, ready: { port: 5432 } } },
    onCancel: 'succeeded',
  }

type NestedFields = Readonly<Record<string, Readonly<Record<string, readonly [string, unknown]>>>>

/** What the parts of a field mean and how they are written, by the name of the field. */
export const NESTED_FIELDS: NestedFields = {
  resources: {
    cpus: ['Number of CPUs. Default: no limit.', 2],
    memory: ['Memory, swap included: bytes, or a size such as 512m or 4g. Default: no limit.', '4g'],
    pids: ['Number of processes and threads.', 512],
  },
  cacheVolumes: {
    name: ['Name of the cache, the same for all tasks of this repository that share it.', 'npm'],
    target: ['Where it appears in the container, an absolute path.', '/npm'],
  },
  engineVolumes: {
    name: ['Name of the volume as the engine knows it.', 'models'],
    target: ['Where it appears in the container, an absolute path.', '/models'],
    readOnly: ['Whether the task can only read it.', true],
  },
  mounts: {
    source: ['File or folder of the runner, absolute or below the workspace.', '/data/fixtures'],
    target: ['Where it appears in the container, an absolute path.', '/fixtures'],
    readOnly: ['Whether the task can only read it.', true],
  },
  retry: {
    max: ['How many times the task is tried again, 10 at most.', 2],
    on: [
      'After which failures: pull, engine, out-of-memory, timeout, or exit: and a code.',
      ['pull', 'engine', 'exit:75'],
    ],
  },
}

/** How each field of a task in a task file is written. */
export const FILE_EXAMPLES = {
  'allow-failure': true,
  id: 'unit',
  requiredCapabilities: ['gpu'],
  runsOn: ['self-hosted', 'gpu'],
  paths: ['src/**', '!**.md'],
  strategy: { version: [20, 22, 24] },
}

/** The same of the parts of a task in a task file. */
export const NESTED_FILE_FIELDS: NestedFields = {
  runsOn: {
    group: ['Name of a runner group.', 'builders'],
    labels: ['Label or labels that the runner of the group has to have.', ['linux']],
  },
  strategy: {
    include: ['Combinations to add, or values to add to combinations.', [{ version: 26, next: true }]],
    exclude: ['Combinations to leave out.', [{ version: 20, os: 'alpine' }]],
  },
}

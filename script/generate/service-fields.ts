import type { ServiceInput } from '../../src/task/services.ts'

/** What each key of a service means and how it is written, for editors. A key without its line does not compile. */
export const SERVICE_FIELDS: Record<keyof ServiceInput, readonly [string, unknown]> = {
  image: ['Image reference of the service; one of image, toolchain and build is needed.', 'postgres:17'],
  toolchain: ['A toolchain of the catalog instead of an image.', 'node@22'],
  build: ['Folder of the workspace to build the image from.', 'docker/db'],
  dockerfile: ['Name of the Dockerfile, relative to build. Default: Dockerfile.', 'test.Dockerfile'],
  buildTarget: ['Stage of the Dockerfile to build. Default: its last one.', 'test'],
  buildArgs: ['Build arguments (ARG) of the Dockerfile.', { VERSION: '17' }],
  env: ['Environment variables of the service.', { POSTGRES_PASSWORD: 'test' }],
  secrets: ['Names of the input secrets; each is a file /run/secrets/NAME.', ['DB_PASSWORD']],
  command: ['List of arguments. Default: the image’s own command.', ['redis-server', '--save', '']],
  entrypoint: ['Replaces the ENTRYPOINT of the image; [] switches it off.', '/entry.sh'],
  user: ['image, uid[:gid], a name of the image, or runner.', 'postgres'],
  memory: ['Limit of memory, swap included. Default: no limit.', '512m'],
  cpus: ['Number of CPUs. Default: no limit.', 1],
  resources: ['Limits of CPUs, memory and processes.', { memory: '512m' }],
  shmSize: ['Size of /dev/shm. Default: the engine’s, 64m.', '256m'],
  tmpfs: ['Folders in memory, with or without options.', ['/var/lib/postgresql/data:size=256m']],
  mounts: ['Files and folders of the runner, read-only.', [{ source: 'db/init', target: '/init' }]],
  health: ['Its health check. Default: the image’s.', { cmd: 'pg_isready -U postgres', interval: '1s' }],
  ready: ['By what it shows that it is ready, and within what time.', { port: 5432, timeout: '60s' }],
  profile: ['strict, standard or privileged, as for a task.', 'strict'],
}

type Parts = Readonly<Record<string, readonly [string, unknown]>>

/** The same of the parts of a key; those of resources and mounts are a container's. */
export const SERVICE_PARTS: Readonly<Record<'health' | 'ready', Parts>> = {
  health: {
    cmd: ['A text for a shell of the image, or a list of arguments.', 'pg_isready -U postgres'],
    interval: ['Time between two checks, such as 1s.', '1s'],
    timeout: ['How long one check may take.', '5s'],
    retries: ['After so many failures in a row it is unhealthy.', 30],
    startPeriod: ['Failures within this time from its start do not count.', '10s'],
  },
  ready: {
    port: ['A port on which it listens for other containers.', 5432],
    log: ['A text that it prints.', 'ready to accept connections'],
    health: ['Its health check.', true],
    timeout: ['How long that may take, from its start.', '90s'],
  },
}

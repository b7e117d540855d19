import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Installation } from './installation.ts'
import type { Layout, User } from './layout.ts'
import type { ProcessPlan } from './running.ts'

/** What of the environment of the tests is the machine's, and goes to the client of `docker exec` alone. */
const OF_THE_CLIENT = ['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG']

/** A job's `container:`. */
export type JobContainerOptions = {
  readonly image: string
  /** `--network`; default the machine's, where the tests' service of artifacts is. */
  readonly network?: string
  /** Further `options:`, such as `--group-add`. */
  readonly options?: readonly string[]
  /** False: without the `docker` command. */
  readonly hasClient?: boolean
}

/**
 * The container of a job, with the mounts that the runner gives it (ContainerOperationProvider.cs), in which its steps
 * run (ContainerStepHost.cs): each is a `docker exec` of the machine's, whose client alone gets signals.
 */
export class JobContainer {
  readonly id: string
  /** Folders of the machine and what they are called in the container, the innermost first. */
  readonly #names: readonly (readonly [machine: string, container: string])[]

  constructor(layout: Layout, { node }: Installation, user: User | undefined, options: JobContainerOptions) {
    const work = path.join(layout.root, '_work')
    const home = path.join(layout.temp, '_github_home')
    mkdirSync(home, { recursive: true })
    this.#names = [
      [home, '/github/home'],
      [path.dirname(layout.event), '/github/workflow'],
      [work, '/__w'],
      [path.resolve(node, '../../..'), '/__e'],
    ]
    const mounts = [
      [machineSocket(), '/var/run/docker.sock'],
      ...this.#names.map(([machine, container]) => [machine, container]),
      [layout.temp, '/__w/_temp'],
      ...(options.hasClient === false ? [] : client().map((file) => [file.from, `${file.to}:ro`])),
    ]
    const output = execFileSync('docker', [
      ...['create', '--network', options.network ?? 'host', '--workdir', this.translate(layout.workspace)],
      ...['--env', 'HOME=/github/home', '--entrypoint', 'tail'],
      ...(user === undefined ? [] : ['--user', `${user.uid}:${user.gid}`]),
      ...(options.options ?? []),
      ...mounts.flatMap(([from, to]) => ['--volume', `${from}:${to}`]),
      ...[options.image, '-f', '/dev/null'],
    ])
    this.id = output.toString().trim()
    execFileSync('docker', ['start', this.id])
  }

  /** A path of the machine as the container has it. */
  translate(text: string): string {
    const found = this.#names.find(([machine]) => text === machine || text.startsWith(`${machine}/`))
    return found ? found[1] + text.slice(found[0].length) : text
  }

  /** The step's process as the runner starts it. */
  inside(plan: ProcessPlan): ProcessPlan {
    const given = Object.entries(plan.environment).filter(([name]) => !OF_THE_CLIENT.includes(name))
    const translated = Object.fromEntries(given.map(([name, value]) => [name, this.translate(value)]))
    const ofClient = OF_THE_CLIENT.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    return {
      ...plan,
      user: undefined,
      program: 'docker',
      args: [
        ...['exec', '-i', '--workdir', this.translate(plan.folder)],
        ...Object.keys(translated).flatMap((name) => ['-e', name]),
        ...[this.id, ...[plan.program, ...plan.args].map((word) => this.translate(word))],
      ],
      environment: { ...translated, ...Object.fromEntries(ofClient) },
    }
  }

  remove(): void {
    execFileSync('docker', ['rm', '--force', '--volumes', this.id])
  }
}

/** The socket of the tests' engine. */
export const machineSocket = (): string =>
  (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '')

/** The `docker` command of this machine, with the libraries that it is linked to. */
export function client(): { readonly from: string; readonly to: string }[] {
  const shell = (script: string) => execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).trim()
  const cli = shell('readlink -f "$(command -v docker)"')
  const libraries = shell(`ldd '${cli}' 2>/dev/null | grep -o '/[^ ]*' || true`).split('\n')
  return [
    { from: cli, to: '/usr/local/bin/docker' },
    ...libraries.filter((file) => file !== '').map((file) => ({ from: file, to: file })),
  ]
}

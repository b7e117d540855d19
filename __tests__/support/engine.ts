import { execFile } from 'node:child_process'
import { z } from 'zod'

/** A CLI call that takes longer has met an engine that hangs. */
const PATIENCE = 60_000
const MOST_OUTPUT = 256 * 1024 * 1024

/** The label of everything that the action makes. */
const MANAGED = 'acode.managed=true'

/** The images that script/engine makes; those of Docker Hub's names (busybox:stable, node:22-slim …) beside them. */
export const imageName = {
  /** busybox, no ENTRYPOINT, runs as root. */
  base: 'acode-test/base:1',
  /** USER app, uid 1000. */
  user: 'acode-test/user:1',
  /** An ENTRYPOINT script that prints its arguments and runs them. */
  entry: 'acode-test/entry:1',
  /** git in a busybox, runs as root. */
  git: 'acode-test/git:1',
  /** In the registry only, until a test pulls it. */
  pulled: 'acode-test/pulled:1',
  /** The same for one file, whose registry has faults: of an image that it has, an engine asks for no layer. */
  faulty: 'acode-test/faulty:1',
  /** In the registry only, and so large that its pull can be cancelled. */
  big: 'acode-test/big:1',
} as const

/** `image` by the name that the registry of script/engine has it under, to be pulled. */
export function registryImage(image: string): string {
  const registry = process.env.ACODE_TEST_REGISTRY
  if (registry === undefined || registry === '') {
    throw new Error('ACODE_TEST_REGISTRY is not set: run eval "$(script/engine env)" first.')
  }
  return `${registry}/${image}`
}

export type CliResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

/** Runs the CLI to its end, whatever that is. */
export function dockerTry(...args: string[]): Promise<CliResult> {
  const options = { timeout: PATIENCE, maxBuffer: MOST_OUTPUT }
  return new Promise((resolve, reject) => {
    execFile('docker', args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr })
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr })
      else {
        const why = error.killed === true ? `took more than ${PATIENCE / 1000} s` : error.message
        reject(new Error(`docker ${args.join(' ')}: ${why}`, { cause: error }))
      }
    })
  })
}

/** stdout without the last newline; throws with stderr where the CLI fails. */
export async function docker(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await dockerTry(...args)
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} exited with ${exitCode}: ${stderr.trim()}`)
  return stdout.replace(/\n$/, '')
}

export type Labels = Readonly<Record<string, string>>
export type Container = {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly labels: Labels
}
export type Volume = { readonly name: string; readonly labels: Labels }

const Inspected = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    State: z.object({ Status: z.string() }),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  }),
)
const InspectedVolumes = z.array(
  z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
)

/** All containers of the action, running or not; `filter` as for `docker ps --filter`: `label=acode.task=x`. */
export async function containers(filter?: string): Promise<Container[]> {
  const ids = await listed(['ps', '--all', '--no-trunc'], filter)
  const found = Inspected.parse(await inspect('container', ids))
  return found.map(({ Id, Name, State, Config }) => {
    return { id: Id, name: Name.replace(/^\//, ''), state: State.Status, labels: Config.Labels ?? {} }
  })
}

/** All volumes of the action; `filter` as for `docker volume ls --filter`. */
export async function volumes(filter?: string): Promise<Volume[]> {
  const names = await listed(['volume', 'ls'], filter)
  const found = InspectedVolumes.parse(await inspect('volume', names))
  return found.map(({ Name, Labels: labels }) => ({ name: Name, labels: labels ?? {} }))
}

/** Names of all networks of the action; `filter` as for `docker network ls --filter`. */
export async function networks(filter?: string): Promise<string[]> {
  return listed(['network', 'ls'], filter, '{{.Name}}')
}

/** The engine's names of all caches of this name, whatever repository's they are. */
export async function cacheVolumes(name: string): Promise<string[]> {
  const text = await docker('volume', 'ls', '--quiet', '--filter', `label=acode.cache=${name}`)
  return text.split('\n').filter((line) => line !== '')
}

/** Removes all caches of this name. */
export async function removeCaches(name: string): Promise<void> {
  const volumes = await cacheVolumes(name)
  if (volumes.length > 0) await docker('volume', 'rm', ...volumes)
}

/** Removes what a session left: its containers, then the volumes and networks that they used. */
export async function removeAll(session: string): Promise<void> {
  const filter = `label=acode.session=${session}`
  const ids = await listed(['ps', '--all', '--no-trunc'], filter)
  if (ids.length > 0) await dockerTry('rm', '--force', '--volumes', ...ids)
  const left = await listed(['volume', 'ls'], filter)
  if (left.length > 0) await dockerTry('volume', 'rm', '--force', ...left)
  const nets = await networks(filter)
  if (nets.length > 0) await dockerTry('network', 'rm', ...nets)
}

/** The names of all containers, volumes and networks that are named as a session's, whatever labels they have. */
export async function namedLike(session: string): Promise<string[]> {
  const filter = ['--filter', `name=acode-${session}-`, '--format']
  const texts = await Promise.all([
    docker('ps', '--all', ...filter, '{{.Names}}'),
    docker('volume', 'ls', ...filter, '{{.Name}}'),
    docker('network', 'ls', ...filter, '{{.Name}}'),
  ])
  return texts.flatMap((text) => text.split('\n')).filter((line) => line !== '')
}

async function listed(command: string[], filter: string | undefined, format?: string): Promise<string[]> {
  const filters = [`label=${MANAGED}`, ...(filter === undefined ? [] : [filter])]
  const output = format === undefined ? ['--quiet'] : ['--format', format]
  const text = await docker(...command, ...output, ...filters.flatMap((one) => ['--filter', one]))
  return text.split('\n').filter((line) => line !== '')
}

/** What has gone between listing and looking is left out: the CLI prints the others and fails. */
async function inspect(kind: 'container' | 'volume', names: string[]): Promise<unknown> {
  if (names.length === 0) return []
  const { stdout, stderr, exitCode } = await dockerTry(kind, 'inspect', ...names)
  if (exitCode !== 0 && !/no such/i.test(stderr)) throw new Error(stderr)
  return JSON.parse(stdout)
}

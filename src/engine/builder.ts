import { EngineError } from './errors.ts'
import { BOUNDS } from './transport/call.ts'
import type { Cli } from './transport/cli.ts'

/** What builds images for the CLI. */
export interface Builder {
  readonly kind: 'classic' | 'buildkit'
  /** The words by which the CLI builds with it. */
  readonly command: readonly string[]
  /** Whether it can write its layers elsewhere: a driver of BuildKit that is not the engine's, or a newer engine's. */
  readonly exportsCache: boolean
  /** Whether an image has to be asked for: a driver that is not the engine's keeps what it builds to itself. */
  readonly loads: boolean
  /** Variables that let the CLI take it. */
  readonly env: Readonly<Record<string, string>>
}

const CLASSIC: Builder = { kind: 'classic', command: ['build'], exportsCache: false, loads: false, env: {} }

/** The plugin builds with the builder that is in use, where `docker build` may take that of the engine. */
const PLUGIN = ['buildx', 'build']

/** The values by which `DOCKER_BUILDKIT` asks the CLI for the classic builder. */
const IS_OFF = /^(0|f|false)$/i

/**
 * The builder that is in use: BuildKit where the CLI has its plugin buildx, or is so old that it has BuildKit itself;
 * else the classic one. `DOCKER_BUILDKIT=0` asks for that. Podman has no BuildKit.
 * @throws EngineError
 */
export async function askBuilder(cli: Cli, env: NodeJS.ProcessEnv, isPodman: boolean): Promise<Builder> {
  const ask = asking(cli, env)
  if (isPodman) return { ...CLASSIC, env: { DOCKER_BUILDKIT: '0' } }
  if (IS_OFF.test(env.DOCKER_BUILDKIT ?? '')) return CLASSIC
  const inspected = await ask('buildx', 'inspect')
  if (inspected !== null) return byDriver(inspected, await hasImageStore(ask))
  const version = await ask('version', '--format', '{{.Client.Version}}')
  return hasBuildKit(version ?? '')
    ? { ...CLASSIC, kind: 'buildkit', env: { DOCKER_BUILDKIT: '1' } }
    : CLASSIC
}

/**
 * The engine's own builder, next to one in use that is not the engine's: it has the name of the CLI's context. A CLI
 * that knows no contexts has no other.
 * @throws EngineError
 */
export async function askOwnBuilder(cli: Cli, env: NodeJS.ProcessEnv): Promise<Builder> {
  const context = await asking(cli, env)('context', 'inspect', '--format', '{{.Name}}')
  const command = context === null ? CLASSIC.command : [...PLUGIN, '--builder', context.trim()]
  return { ...CLASSIC, kind: 'buildkit', command }
}

/** From its version 23 on the CLI leaves BuildKit to its plugin. */
const hasBuildKit = (version: string): boolean => {
  const major = Number(/^\d+/.exec(version)?.[0] ?? Number.NaN)
  return major >= 19 && major < 23
}

/** Reads what `docker buildx inspect` prints of the builder in use. */
export function byDriver(inspected: string, hasImageStore: boolean): Builder {
  const [, driver = 'docker'] = /^Driver:\s*(\S+)/m.exec(inspected) ?? []
  const isEngines = driver === 'docker'
  const exportsCache = !isEngines || hasImageStore
  return { kind: 'buildkit', command: PLUGIN, exportsCache, loads: !isEngines, env: {} }
}

/** Asks the CLI, and gives null where it refuses. */
type Ask = (...args: string[]) => Promise<string | null>

const asking =
  (cli: Cli, env: NodeJS.ProcessEnv): Ask =>
  async (...args) => {
    try {
      // Buildx waits 20 s for a builder that does not answer, and describes it then.
      return await cli.run(args, { env, timeoutMs: BOUNDS.change })
    } catch (error) {
      if (error instanceof EngineError && error.reason === 'refused') return null
      throw error
    }
  }

/** True of an engine that keeps its images in containerd: its own BuildKit writes caches too. */
async function hasImageStore(ask: Ask): Promise<boolean> {
  const status = await ask('info', '--format', '{{json .DriverStatus}}')
  return status?.includes('io.containerd.snapshotter') === true
}

import { Archives } from './archives.ts'
import type { Build } from './build.ts'
import type { Builder } from './builder.ts'
import { Containers } from './containers.ts'
import { EngineError } from './errors.ts'
import { Execs } from './execs.ts'
import { askFacts, type EngineFacts } from './facts.ts'
import { Images } from './images.ts'
import { Networks } from './networks.ts'
import { once } from './once.ts'
import { askOwnPlace, type OwnPlace } from './own-container.ts'
import { BOUNDS, Calls, type EngineObserver } from './transport/call.ts'
import { Cli, type CliOptions } from './transport/cli.ts'
import { type Endpoint, findEndpoint } from './transport/connection.ts'
import { EngineHttp } from './transport/http.ts'
import { Volumes } from './volumes.ts'

/** What a build may set besides what is built. */
type BuildCall = Pick<CliOptions, 'env' | 'signal' | 'onLine'>

/**
 * The engine that the `docker` CLI would use, through the Engine API. Each call is bounded, is given up on cancel, and
 * fails with an {@link EngineError} that has a reason.
 */
export class Docker {
  readonly archives: Archives
  readonly containers: Containers
  readonly execs: Execs
  readonly images: Images
  readonly networks: Networks
  readonly volumes: Volumes
  readonly #http: EngineHttp
  readonly #cli: Cli
  readonly #endpoint = once(() => findEndpoint(this.#cli))
  readonly #facts = once(() => askFacts(this.#http))
  readonly #ownPlace = once(async () => askOwnPlace(this.containers, await this.endpoint()))
  readonly #builder = once(async (env: NodeJS.ProcessEnv) =>
    (await import('./builder.ts')).askBuilder(this.#cli, env, (await this.#http.greeting()).isPodman),
  )
  readonly #ownBuilder = once(async (env: NodeJS.ProcessEnv) => {
    const builder = await this.builder(env)
    return builder.loads ? (await import('./builder.ts')).askOwnBuilder(this.#cli, env) : builder
  })
  #isTrusted = true

  /**
   * `capSeconds` caps the bound of every call, for steps that have to end soon; `cancel` says that the job was
   * cancelled, which leaves no call more than a moment.
   */
  constructor(observer: EngineObserver, capSeconds = Number.POSITIVE_INFINITY, cancel?: AbortSignal) {
    const calls = new Calls(observer, capSeconds, cancel)
    const http = new EngineHttp(() => this.endpoint(), calls)
    this.#http = http
    this.#cli = new Cli(calls)
    this.archives = new Archives(http)
    this.containers = new Containers(http)
    this.execs = new Execs(http)
    this.images = new Images(http)
    this.networks = new Networks(http)
    this.volumes = new Volumes(http)
  }

  /** Where the engine is, asked once. Never throws. */
  endpoint(): Promise<Endpoint> {
    return this.#endpoint()
  }

  /**
   * What there is to know of the engine, asked once.
   * @throws EngineError
   */
  facts(): Promise<EngineFacts> {
    return this.#facts()
  }

  /**
   * How the engine names our paths, asked once.
   * @throws EngineError
   */
  ownPlace(): Promise<OwnPlace> {
    return this.#ownPlace()
  }

  /**
   * The builder that is in use, asked once: all environments of a run lead to the same.
   * @throws EngineError
   */
  builder(env: NodeJS.ProcessEnv): Promise<Builder> {
    return this.#builder(env)
  }

  /**
   * The engine's own builder, which alone builds from images that only the engine has. Asked once.
   * @throws EngineError
   */
  ownBuilder(env: NodeJS.ProcessEnv): Promise<Builder> {
    return this.#ownBuilder(env)
  }

  /** Why no engine answers now; null when one does. */
  async unreachableReason(): Promise<EngineError | null> {
    try {
      await this.#http.ping()
      return null
    } catch (error) {
      if (error instanceof EngineError) return error
      throw error
    }
  }

  /**
   * Creates a container by the options of `docker create`, and gives its id.
   * @throws EngineError, `conflict` when its name is taken
   */
  async createByOptions(options: readonly string[], how: Pick<CliOptions, 'env'> = {}): Promise<string> {
    try {
      return await this.#cli.run(['create', ...options], how)
    } catch (error) {
      // One that was given up may still be created.
      if (error instanceof EngineError && (error.reason === 'timeout' || error.reason === 'aborted'))
        this.distrust()
      throw error
    }
  }

  /**
   * Builds an image. It is on the engine then, under its name.
   * @throws EngineError
   */
  async build(build: Build, { env = process.env, ...how }: BuildCall): Promise<void> {
    const { buildArguments } = await import('./build.ts')
    const variables = { BUILDKIT_PROGRESS: 'plain', ...env, ...build.builder.env }
    await this.#cli.run(buildArguments(build), { ...how, env: variables, timeoutMs: BOUNDS.build })
  }

  /** What this engine said that it has done may not last: it was about to stop, or came back. */
  distrust(): void {
    this.#isTrusted = false
  }

  /** False when what the engine said that it has done may not last, or it may still do what it has not answered. */
  get isTrusted(): boolean {
    return this.#isTrusted && !this.#http.isInDoubt
  }

  /** Closes the connections that are kept. */
  close(): Promise<void> {
    return this.#http.close()
  }
}

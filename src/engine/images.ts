import { z } from 'zod'
import { BOUNDS } from './call.ts'
import { EngineError, isNotFound } from './errors.ts'
import type { EngineHttp } from './http.ts'
import { registryOf, splitReference } from './image-reference.ts'
import { type Labels, labelFilter, labelsSchema, secondsOf } from './labels.ts'
import { type PullMessage, pullMessages } from './pull-messages.ts'
import { authHeader, type RegistryAuth } from './registry-auth.ts'

/** An image as the engine knows it. */
export interface EngineImage {
  /** `sha256:…`: names the content also where no registry gave it a digest. */
  readonly id: string
  /** `REPOSITORY@sha256:…`, one for each repository that it is in. */
  readonly digests: readonly string[]
  readonly os: string
  readonly architecture: string
  readonly bytes: number
  readonly labels: Labels
  /** `USER` of the image; empty: root. */
  readonly user: string
  /** `ENTRYPOINT` of the image; empty: none. */
  readonly entrypoint: readonly string[]
  /** `CMD` of the image; empty: none. */
  readonly command: readonly string[]
  /** Variables that it sets, `NAME=VALUE`. */
  readonly env: readonly string[]
  readonly layers: number
  /** When one of its names was last given to it, in epoch seconds; null where the engine does not say. */
  readonly namedAt: number | null
  /** Null where it has none. */
  readonly healthcheck: Healthcheck | null
  /** TCP ports that it says it listens on (`EXPOSE`). */
  readonly ports: readonly number[]
}

/** The health check of an image. */
export interface Healthcheck {
  /** How long failures do not count after its start. */
  readonly startPeriodSeconds: number
}

/** An image as the engine lists it. */
export interface ListedImage {
  readonly id: string
  /** `REPOSITORY:TAG`; none of an image that has no name. */
  readonly names: readonly string[]
  readonly labels: Labels
  /** Epoch seconds. */
  readonly created: number
  readonly bytes: number
}

/** How to pull an image. */
export interface PullOptions {
  readonly platform: string | undefined
  /** For its registry; null: none. */
  readonly auth: RegistryAuth | null
  readonly signal: AbortSignal
  readonly onMessage: (message: PullMessage) => void
  /** How long the engine may have nothing to say before the pull is given up. Default {@link QUIET_MS}. */
  readonly quietMs?: number
}

/** Engines report each second of a download and of its unpacking, but not how a registry keeps them waiting. */
const QUIET_MS = 5 * 60_000

/** Images. */
export class Images {
  readonly #http: EngineHttp

  constructor(http: EngineHttp) {
    this.#http = http
  }

  /** An image by reference or id, or null where the engine has none. */
  find(image: string): Promise<EngineImage | null> {
    const path = `${pathOf(image)}/json`
    return this.#http.find(['image', 'inspect', image], { method: 'GET', path }, imageSchema)
  }

  /** All images with a label, `KEY` or `KEY=VALUE`, those without a name among them. */
  list(label: string): Promise<ListedImage[]> {
    const query = { filters: labelFilter(label) }
    return this.#http.json(['image', 'list'], { method: 'GET', path: '/images/json', query }, listSchema)
  }

  /**
   * Gives an image a name, which says too that it was used just now.
   * @throws EngineError
   */
  tag(image: string, repository: string, tag: string): Promise<void> {
    const request = {
      method: 'POST',
      path: `${pathOf(image)}/tag`,
      query: { repo: repository, tag },
    } as const
    return this.#http.done(['image', 'tag', image], request)
  }

  /**
   * Takes a name from an image, or removes one that has none. With its last name an image goes.
   * @returns false where there is none
   * @throws EngineError, `conflict` where it is in use
   */
  async remove(image: string): Promise<boolean> {
    try {
      await this.#http.done(['image', 'remove', image], { method: 'DELETE', path: pathOf(image) })
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  /**
   * The steps that made an image, the last first, as its builder wrote them.
   * @throws EngineError, `not-found` where there is none
   */
  history(image: string): Promise<string[]> {
    const request = { method: 'GET', path: `${pathOf(image)}/history` } as const
    return this.#http.json(['image', 'history', image], request, historySchema)
  }

  /**
   * Takes a name from an image that has others; without another one it goes, but for the layers that it was made of.
   * One that is not there is as good as gone.
   * @throws EngineError
   */
  async untag(name: string): Promise<void> {
    const request = { method: 'DELETE', path: pathOf(name), query: { noprune: true } } as const
    await this.#http.done(['image', 'untag', name], request).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }

  /**
   * Sends an image to its registry. Credentials go to the engine as those of a pull.
   * @throws EngineError
   */
  async push(
    image: string,
    { auth, signal }: { readonly auth: RegistryAuth | null; readonly signal: AbortSignal },
  ): Promise<void> {
    const { repository, tag } = splitReference(image)
    const headers = { 'X-Registry-Auth': authHeader(auth ?? {}, registryOf(image)) }
    const path = `${pathOf(repository)}/push`
    await this.#http.read(
      [PUSH_CALL, image],
      { method: 'POST', path, query: { tag }, headers },
      { timeoutMs: BOUNDS.pull, signal },
      async (response) => {
        for await (const _ of pullMessages(response, PUSH_CALL)); // what it says at its end is all that counts
      },
    )
  }

  /**
   * Pulls an image. Credentials go to the engine in a header: they are on no command line and in no file.
   * @throws EngineError whose `pullFault` says what can be done
   */
  async pull(image: string, { platform, auth, onMessage, ...bounds }: PullOptions): Promise<void> {
    const { repository, tag } = splitReference(image)
    const headers = auth === null ? {} : { 'X-Registry-Auth': authHeader(auth, registryOf(image)) }
    const query = { fromImage: repository, tag, platform }
    const quiet = new Quiet(bounds.quietMs ?? QUIET_MS)
    const signal = AbortSignal.any([bounds.signal, quiet.signal])
    try {
      await this.#http.read(
        [PULL_CALL, image],
        { method: 'POST', path: '/images/create', query, headers },
        { timeoutMs: BOUNDS.pull, signal },
        async (response) => {
          for await (const message of pullMessages(response, PULL_CALL)) {
            quiet.end()
            quiet.begin()
            onMessage(message)
          }
        },
      )
    } catch (error) {
      throw quiet.signal.aborted ? new EngineError('refused', PULL_CALL, quiet.message) : error
    } finally {
      quiet.end()
    }
  }
}

const PULL_CALL = 'image pull'
const PUSH_CALL = 'image push'

/** A reference has slashes that are parts of the path. */
const pathOf = (image: string): string => `/images/${image.split('/').map(encodeURIComponent).join('/')}`

/** Gives a call up where nothing is heard of it for too long. */
class Quiet {
  readonly #controller = new AbortController()
  readonly #milliseconds: number
  #timer: NodeJS.Timeout | undefined

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
    this.begin()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get message(): string {
    return `timed out: nothing came from the registry for ${this.#milliseconds / 1000} s`
  }

  begin(): void {
    this.#timer = setTimeout(() => this.#controller.abort(), this.#milliseconds)
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

const configSchema = z.object({
  User: z.string().nullish(),
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  Labels: labelsSchema,
  Healthcheck: z.object({ Test: z.array(z.string()).nullish(), StartPeriod: z.number().nullish() }).nullish(),
  ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
})

const historySchema = z
  .array(z.object({ CreatedBy: z.string().default('') }))
  .transform((steps) => steps.map(({ CreatedBy }) => CreatedBy))

/** `NONE` switches off what the image before had. The engine counts nanoseconds. */
function healthcheckOf(check: z.output<typeof configSchema>['Healthcheck']): Healthcheck | null {
  const [kind] = check?.Test ?? []
  if (kind === undefined || kind === 'NONE') return null
  return { startPeriodSeconds: (check?.StartPeriod ?? 0) / 1e9 }
}

/** `5432/tcp`, or `5432`, which is TCP too. */
const tcpPort = (text: string): number[] => {
  const [, port] = /^(\d+)(?:\/tcp)?$/.exec(text) ?? []
  return port === undefined ? [] : [Number(port)]
}

const imageSchema = z
  .object({
    Id: z.string(),
    RepoDigests: z.array(z.string()).nullish(),
    Architecture: z.string(),
    Os: z.string(),
    Size: z.number(),
    Config: configSchema.nullish(),
    RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
    Metadata: z.object({ LastTagTime: z.string().nullish() }).nullish(),
  })
  .transform(
    ({ Id, RepoDigests, Architecture, Os, Size, Config, RootFS, Metadata }): EngineImage => ({
      layers: RootFS?.Layers?.length ?? 0,
      namedAt: takenAt(Metadata?.LastTagTime ?? ''),
      ...{ id: Id, digests: RepoDigests ?? [], os: Os, architecture: Architecture, bytes: Size },
      ...{ labels: Config?.Labels ?? {}, user: Config?.User ?? '' },
      ...{ entrypoint: Config?.Entrypoint ?? [], command: Config?.Cmd ?? [], env: Config?.Env ?? [] },
      healthcheck: healthcheckOf(Config?.Healthcheck),
      ports: Object.keys(Config?.ExposedPorts ?? {}).flatMap(tcpPort),
    }),
  )

/** The engine has a time long before any for what never was. */
function takenAt(text: string): number | null {
  const seconds = secondsOf(text)
  return seconds !== null && seconds > 0 ? seconds : null
}

const listSchema = z.array(
  z
    .object({
      Id: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Labels: labelsSchema,
      Created: z.number(),
      Size: z.number(),
    })
    .transform(({ Id, RepoTags, Labels, Created, Size }): ListedImage => {
      const names = (RepoTags ?? []).filter((name) => !name.startsWith('<none>'))
      return { id: Id, names, labels: Labels, created: Created, bytes: Size }
    }),
)

import { z } from 'zod'
import { BOUNDS } from './call.ts'
import type { Cli } from './cli.ts'
import type { EngineError } from './errors.ts'
import type { EngineHttp } from './http.ts'
import { type Labels, labelsSchema } from './labels.ts'

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
}

/** How to pull an image. */
export interface PullOptions {
  readonly platform: string | undefined
  readonly signal: AbortSignal
  /** Given what the CLI prints, as it prints it. */
  readonly onOutput: (chunk: Buffer) => void
}

/** Images. */
export class Images {
  readonly #http: EngineHttp
  readonly #cli: Cli

  constructor(http: EngineHttp, cli: Cli) {
    this.#http = http
    this.#cli = cli
  }

  /** An image by reference or id, or null where the engine has none. */
  find(image: string): Promise<EngineImage | null> {
    // A reference has slashes that are parts of the path.
    const path = `/images/${image.split('/').map(encodeURIComponent).join('/')}/json`
    return this.#http.find(['image', 'inspect', image], { method: 'GET', path }, imageSchema)
  }

  /**
   * Pulls an image through the CLI, which knows credential helpers.
   * @throws EngineError whose {@link pullFault} says what can be done
   */
  async pull(image: string, { platform, signal, onOutput }: PullOptions): Promise<void> {
    const options = platform === undefined ? [] : ['--platform', platform]
    await this.#cli.run(['pull', ...options, image], { timeoutMs: BOUNDS.pull, signal, onOutput })
  }
}

/** What is wrong with a pull, as far as the words of engine and registry say. */
export type PullFault =
  | ('disk-full' | 'no-platform' | 'rate-limit' | 'no-image')
  | ('denied' | 'no-way' | 'unknown')

const PULL_FAULTS: readonly (readonly [PullFault, RegExp])[] = [
  ['disk-full', /no space left on device|disk quota exceeded/i],
  ['no-platform', /no matching manifest|does not match the specified platform/i],
  ['rate-limit', /too many requests|toomanyrequests|rate limit/i],
  ['no-image', /manifest unknown|invalid reference|(tag|manifest) .*not found/i],
  ['denied', /denied|unauthorized|authentication required|forbidden/i],
]

/** Why a pull failed. */
export const pullFault = (message: string): PullFault =>
  PULL_FAULTS.find(([, words]) => words.test(message))?.[0] ??
  (PASSING.test(message) || /certificate|TLS/i.test(message) ? 'no-way' : 'unknown')

/**
 * Faults of the way to the registry, which a second try often does not meet; all else is final at once. A name that
 * does not resolve and a network that leads nowhere are among them: both come and go on machines that just started.
 */
const PASSING = new RegExp(
  [
    'timeout|timed out|deadline exceeded|request canceled',
    'connection (reset|refused|aborted|lost)|forcibly closed|broken pipe|\\bEOF\\b|stream error',
    'temporary failure|no such host|server misbehaving|try again',
    'unreachable|no route to host|host is down',
    'too many requests|toomanyrequests|internal server error|bad gateway|service unavailable',
    'TLS handshake',
  ].join('|'),
  'i',
)

/** True where a pull failed for a reason that may have passed when it is tried again. */
export const isPassing = (error: EngineError): boolean =>
  error.reason === 'refused' && PASSING.test(error.message)

const configSchema = z.object({
  User: z.string().nullish(),
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  Labels: labelsSchema,
})

const imageSchema = z
  .object({
    Id: z.string(),
    RepoDigests: z.array(z.string()).nullish(),
    Architecture: z.string(),
    Os: z.string(),
    Size: z.number(),
    Config: configSchema.nullish(),
  })
  .transform(
    ({ Id, RepoDigests, Architecture, Os, Size, Config }): EngineImage => ({
      ...{ id: Id, digests: RepoDigests ?? [], os: Os, architecture: Architecture, bytes: Size },
      ...{ labels: Config?.Labels ?? {}, user: Config?.User ?? '' },
      ...{ entrypoint: Config?.Entrypoint ?? [], command: Config?.Cmd ?? [], env: Config?.Env ?? [] },
    }),
  )

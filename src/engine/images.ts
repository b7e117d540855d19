import { EngineError, isNotFound } from './errors.ts'
import {
  type EngineImage,
  historySchema,
  imageListSchema,
  imageSchema,
  type ListedImage,
} from './image-answers.ts'
import { type LabelFilter, labelFilter } from './labels.ts'
import { type PullMessage, pullMessages } from './pull-messages.ts'
import { registryOf, splitReference } from './registry/image-reference.ts'
import { authHeader, type RegistryAuth } from './registry/registry-auth.ts'
import { bytesOf } from './transport/answer.ts'
import { BOUNDS } from './transport/call.ts'
import type { EngineHttp } from './transport/http.ts'

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

  /** An image by reference or id, or null when the engine has none. */
  find(image: string): Promise<EngineImage | null> {
    const path = `${pathOf(image)}/json`
    return this.#http.find(['image', 'inspect', image], { method: 'GET', path }, imageSchema)
  }

  /** All images with a label, those without a name among them. */
  list(label: LabelFilter): Promise<ListedImage[]> {
    const query = { filters: labelFilter(label) }
    return this.#http.json(['image', 'list'], { method: 'GET', path: '/images/json', query }, imageListSchema)
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
   * @returns false when there is none
   * @throws EngineError, `conflict` when it is in use
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
   * @throws EngineError, `not-found` when there is none
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
        for await (const _ of pullMessages(bytesOf(response), PUSH_CALL)); // what it says at its end is all that counts
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
          for await (const message of pullMessages(bytesOf(response), PULL_CALL)) {
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

/** Gives a call up that makes no progress for too long. */
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

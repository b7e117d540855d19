import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient } from '@actions/http-client'
import { z } from 'zod'
import { wholeStream } from '../host/whole-stream.ts'
import { UnansweredError } from './answer-within.ts'
import { networkCode } from './blob-storage.ts'
import { mask } from './runner.ts'

/** The cache service could not be asked, or said no. Its message has no part of an address or token. */
export class CacheServiceError extends Error {
  override readonly name = 'CacheServiceError'
}

/** A cache that the service has. */
export interface FoundCache {
  readonly key: string
  /** Signed, for a while. */
  readonly url: string
}

/** How a cache is named to the service: `version` distinguishes forms of content of one key. */
interface CacheName {
  readonly key: string
  readonly version: string
}

/** Whether a job may ask the service: the runner says so of some runs (`ACTIONS_CACHE_MODE`). */
export interface CacheMode {
  readonly isReadable: boolean
  readonly isWritable: boolean
}

const PATH = 'twirp/github.actions.results.api.v1.CacheService'
/** How long one request may take, and how often it is tried. */
const REQUEST_MS = 10_000
const TRIES = 3
const PAUSE_MS = 500
/** An answer is two addresses at most. */
const LONGEST_ANSWER = 64 * 1024

const createSchema = z.object({ ok: z.boolean().default(false), signed_upload_url: z.string().default('') })
const finalizeSchema = z.object({ ok: z.boolean().default(false) })
const foundSchema = z.object({
  ok: z.boolean().default(false),
  signed_download_url: z.string().default(''),
  matched_key: z.string().default(''),
})

/**
 * GitHub's cache service in its second version, by the three calls that a cache takes: Twirp in JSON for names and
 * addresses, the storage's own protocol for the bytes (blob-client.ts, blob-download.ts).
 */
export class CacheService {
  readonly #base: string
  readonly #http: HttpClient

  private constructor(base: string, token: string) {
    this.#base = base
    const authorization = `Bearer ${token}`
    this.#http = new HttpClient('acode-task-container', [], {
      allowRedirects: false,
      socketTimeout: REQUEST_MS,
      headers: { authorization, 'content-type': 'application/json' },
    })
  }

  /** The service of this job; null when the runner names none in this version, as on GitHub Enterprise Server. */
  static of(env: NodeJS.ProcessEnv): CacheService | null {
    const { ACTIONS_RESULTS_URL: base, ACTIONS_RUNTIME_TOKEN: token, ACTIONS_CACHE_SERVICE_V2: isV2 } = env
    return base && token && isV2 ? new CacheService(base.replace(/\/*$/, '/'), token) : null
  }

  /**
   * Looks for a cache of this key, else the newest whose key begins with one of the others; null when there is none.
   * @throws CacheServiceError
   */
  async find({ key, version }: CacheName, restoreKeys: readonly string[]): Promise<FoundCache | null> {
    const request = { key, version, restore_keys: [key, ...restoreKeys] }
    const answer = await this.#call('GetCacheEntryDownloadURL', request, foundSchema)
    if (!answer.ok || answer.signed_download_url === '') return null
    maskSignature(answer.signed_download_url)
    return { key: answer.matched_key || key, url: answer.signed_download_url }
  }

  /**
   * The address to which a new cache is uploaded; null when there is one of this key already, or another job saves it.
   * @throws CacheServiceError
   */
  async reserve({ key, version }: CacheName): Promise<string | null> {
    const answer = await this.#call('CreateCacheEntry', { key, version }, createSchema, [409])
    if (!answer.ok || answer.signed_upload_url === '') return null
    maskSignature(answer.signed_upload_url)
    return answer.signed_upload_url
  }

  /**
   * Makes what was uploaded a cache that others find.
   * @throws CacheServiceError
   */
  async finish({ key, version }: CacheName, bytes: number): Promise<void> {
    const request = { key, version, size_bytes: String(bytes) }
    const { ok } = await this.#call('FinalizeCacheEntryUpload', request, finalizeSchema)
    if (!ok) throw new CacheServiceError('the cache service did not take what was uploaded')
  }

  async #call<T>(
    method: string,
    request: object,
    schema: z.ZodType<T>,
    empty: readonly number[] = [],
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      const { status, text } = await this.#post(method, JSON.stringify(request))
      if (status !== null && empty.includes(status)) return schema.parse({})
      if (status === 200) return answerOf(schema, text)
      const passes = status === null || status === 429 || status >= 500
      if (!passes || tries === TRIES)
        throw new CacheServiceError(
          `${method}: ${status === null ? text : `the cache service answered with status ${status}`}`,
        )
      await sleep(PAUSE_MS * tries)
    }
  }

  /** Status null: there was no answer, for the reason in `text`. */
  async #post(method: string, body: string): Promise<{ status: number | null; text: string }> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), REQUEST_MS)
    const late = new Promise<never>((_, reject) => {
      limit.signal.addEventListener('abort', () =>
        reject(new UnansweredError(`the cache service did not answer within ${REQUEST_MS / 1000} s`)),
      )
    })
    try {
      return await Promise.race([this.#exchange(method, body), late])
    } catch (error) {
      if (error instanceof UnansweredError) return { status: null, text: error.message }
      // The client's own words, and the system's, hold the address.
      const code = networkCode(error)
      return { status: null, text: `the cache service cannot be reached${code === null ? '' : ` (${code})`}` }
    } finally {
      clearTimeout(timer)
    }
  }

  async #exchange(method: string, body: string): Promise<{ status: number; text: string }> {
    const { message } = await this.#http.post(`${this.#base}${PATH}/${method}`, body)
    const tooLong = () => new Error('the answer of the cache service is too long')
    const answer = await wholeStream(message, LONGEST_ANSWER, tooLong)
    return { status: message.statusCode ?? 0, text: answer.toString('utf8') }
  }
}

/** What the runner says of this job's caches; what it does not say is allowed. */
export function cacheModeOf({ ACTIONS_CACHE_MODE: mode = '' }: NodeJS.ProcessEnv): CacheMode {
  const name = mode.trim().toLowerCase()
  return {
    isReadable: !/^(none|write-only)$/.test(name),
    isWritable: !/^(none|read)$/.test(name),
  }
}

function answerOf<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new CacheServiceError('the cache service sent what is no answer', { cause })
  }
}

/** Anyone who has the signature of an address can read or write the cache. */
function maskSignature(url: string): void {
  const signature = URL.canParse(url) ? new URL(url).searchParams.get('sig') : null
  if (signature) {
    mask(signature)
    mask(encodeURIComponent(signature))
  }
}

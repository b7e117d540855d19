import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient, type HttpClientResponse } from '@actions/http-client'
import { formatBytes } from '../../formats/units.ts'
import { wholeStream } from '../../host/whole-stream.ts'

/**
 * Why a registry gave no answer: `not-found`, there is no such image; `denied`, not to us; `busy`, it has too much to
 * do or is broken; `unreachable`, it cannot be spoken to; `refused`, anything else.
 */
export type RegistryReason = 'not-found' | 'denied' | 'busy' | 'unreachable' | 'refused'

/** A question that a registry did not answer. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly reason: RegistryReason
  /** When it wants to be asked again, in seconds; null when it does not say. */
  readonly retryAfter: number | null

  constructor(reason: RegistryReason, message: string, retryAfter: number | null = null) {
    super(message)
    this.reason = reason
    this.retryAfter = retryAfter
  }
}

const TIMEOUT_MS = 30_000
const LONGEST_BODY = 8 * 1024 * 1024

/** A client that goes by the proxies of the environment, follows redirects, and keeps credentials from other hosts. */
export const registryClient = (): HttpClient =>
  new HttpClient('acode-task-container', [], { socketTimeout: TIMEOUT_MS })

/** Sends a request, and waits for the head of its answer. Nothing is read of an answer that says no. */
export async function sent(
  client: HttpClient,
  method: 'HEAD' | 'GET',
  url: string,
  headers: Record<string, string>,
): Promise<HttpClientResponse> {
  const answer = await bounded(url, client.request(method, url, null, headers))
  if (method === 'HEAD' || answer.message.statusCode !== 200) answer.message.resume()
  return answer
}

/** Whatever becomes of a connection is that the registry cannot be spoken to. */
export async function bounded<T>(url: string, work: Promise<T>, milliseconds = TIMEOUT_MS): Promise<T> {
  const { host } = new URL(url)
  const timer = new AbortController()
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).then(() => {
    throw new RegistryError('unreachable', `${host} did not answer within ${milliseconds / 1000} s`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } catch (error) {
    if (error instanceof RegistryError) throw error
    throw new RegistryError('unreachable', `${host}: ${error instanceof Error ? error.message : error}`)
  } finally {
    timer.abort()
  }
}

/** @throws RegistryError */
export function requireAnswer({ message }: HttpClientResponse): void {
  const { statusCode = 0, headers } = message
  if (statusCode === 200) return
  const said = `the server answered with ${statusCode}`
  if (statusCode === 404) throw new RegistryError('not-found', 'there is nothing of that name')
  if (statusCode === 401 || statusCode === 403) throw new RegistryError('denied', `${said}: denied`)
  const isBusy = statusCode === 429 || statusCode >= 500
  const seconds = Number(headers['retry-after'])
  if (isBusy) throw new RegistryError('busy', said, Number.isFinite(seconds) && seconds >= 0 ? seconds : null)
  throw new RegistryError('refused', said)
}

/** How much of an answer is waited for, and how long. */
export interface BodyBounds {
  readonly mostBytes?: number
  readonly milliseconds?: number
}

/**
 * All of an answer: of a manifest or a token, unless other bounds are given. Beyond them its connection is ended.
 * @throws RegistryError
 */
export async function bodyOf(
  url: string,
  { message }: HttpClientResponse,
  { mostBytes = LONGEST_BODY, milliseconds = TIMEOUT_MS }: BodyBounds = {},
): Promise<Buffer> {
  const tooLong = () =>
    new RegistryError('refused', `it sent more than ${formatBytes(mostBytes)}, which is too much`)
  try {
    return await bounded(url, wholeStream(message, mostBytes, tooLong), milliseconds)
  } finally {
    message.destroy()
  }
}

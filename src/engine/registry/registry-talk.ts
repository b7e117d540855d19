import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpClientResponse } from '@actions/http-client'
import type { RegistryAuth } from './registry-auth.ts'
import { readChallenge } from './registry-challenge.ts'
import { RegistryError, registryClient, sent } from './registry-http.ts'
import { type ImagePlace, imagePlace } from './registry-place.ts'
import { authorizationFor } from './registry-token.ts'

const ATTEMPTS = 3
/** A registry that wants to be left alone for longer is not waited for. */
const LONGEST_PAUSE_SECONDS = 30

/** A talk with a registry about one repository. Credentials are sent once the registry asks for them, and from then on each time. */
export class RegistryTalk {
  readonly place: ImagePlace
  readonly #auth: RegistryAuth | null
  readonly #client = registryClient()
  #authorization: string | null = null

  constructor(place: ImagePlace, auth: RegistryAuth | null) {
    this.place = place
    this.#auth = auth
  }

  /**
   * Sends a request below the repository, such as `manifests/latest`.
   * @throws RegistryError when nothing comes back
   */
  async ask(method: 'HEAD' | 'GET', path: string, accept: string): Promise<HttpClientResponse> {
    const answer = await this.#send(method, path, accept)
    if (answer.message.statusCode !== 401 || this.#authorization !== null) return answer
    const challenge = readChallenge(answer.message.headers['www-authenticate'])
    this.#authorization = await authorizationFor(this.#client, challenge, this.place, this.#auth)
    return this.#authorization === null ? answer : this.#send(method, path, accept)
  }

  /** Ends its connections. */
  end(): void {
    this.#client.dispose()
  }

  #send(method: 'HEAD' | 'GET', path: string, accept: string): Promise<HttpClientResponse> {
    const url = `${this.place.origin}/v2/${this.place.repository}/${path}`
    const authorization = this.#authorization
    return sent(this.#client, method, url, { accept, ...(authorization !== null && { authorization }) })
  }
}

/**
 * Talks with the registry of an image, and again where what kept it from answering may pass.
 * @param auth credentials for it; null: none
 * @throws RegistryError
 */
export const talkedAbout = <T>(
  image: string,
  auth: RegistryAuth | null,
  work: (talk: RegistryTalk) => Promise<T>,
): Promise<T> =>
  tried(async () => {
    const talk = new RegistryTalk(imagePlace(image), auth)
    try {
      return await work(talk)
    } finally {
      talk.end()
    }
  })

/**
 * Asks again where what kept a server from answering may pass.
 * @throws RegistryError
 */
export async function tried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const mayPass = error instanceof RegistryError && /^(busy|unreachable)$/.test(error.reason)
      if (!mayPass || attempt === ATTEMPTS) throw error
      const seconds = error.retryAfter ?? 2 ** (attempt - 1)
      if (seconds > LONGEST_PAUSE_SECONDS) throw error
      await sleep(seconds * 1000)
    }
  }
}

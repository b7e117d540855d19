import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DOCKER_HUB, registryOf, splitReference } from './image-reference.ts'
import type { RegistryAuth } from './registry-auth.ts'
import { readChallenge } from './registry-challenge.ts'
import { bodyOf, RegistryError, registryClient, requireSuccess, sent } from './registry-http.ts'
import { authorizationFor } from './registry-token.ts'

/** What a digest may be of: an image, or the list of its platforms. */
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const ATTEMPTS = 3
/** A registry that wants to be left alone for longer is not waited for. */
const LONGEST_PAUSE_SECONDS = 30

/**
 * The digest that a registry has for an image, asked by its HTTP API (version 2). Nothing is pulled, and an image of
 * several platforms has one digest for all of them.
 * @param auth credentials for its registry; null: none
 * @throws RegistryError
 */
export async function remoteDigest(image: string, auth: RegistryAuth | null): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await askDigest(placeOf(image), auth)
    } catch (error) {
      const mayPass = error instanceof RegistryError && /^(busy|unreachable)$/.test(error.reason)
      if (!mayPass || attempt === ATTEMPTS) throw error
      const seconds = error.retryAfter ?? 2 ** (attempt - 1)
      if (seconds > LONGEST_PAUSE_SECONDS) throw error
      await sleep(seconds * 1000)
    }
  }
}

/** Where a registry has an image. */
interface Place {
  /** `https://HOST`; engines speak plain HTTP with registries of this machine alone, and so do we. */
  readonly origin: string
  readonly repository: string
  readonly tag: string
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/

/** The place of an image; without a registry in its name that is Docker Hub, and there without a folder `library`. */
export function placeOf(image: string): Place {
  const { repository, tag } = splitReference(image)
  const registry = registryOf(image)
  const path = registry === DOCKER_HUB ? repository.replace(/^(index\.)?docker\.io\//, '') : repository
  if (registry === DOCKER_HUB)
    return {
      origin: 'https://registry-1.docker.io',
      repository: path.includes('/') ? path : `library/${path}`,
      tag,
    }
  const scheme = LOOPBACK.test(registry) ? 'http' : 'https'
  return { origin: `${scheme}://${registry}`, repository: path.slice(path.indexOf('/') + 1), tag }
}

async function askDigest(place: Place, auth: RegistryAuth | null): Promise<string> {
  const client = registryClient()
  const url = `${place.origin}/v2/${place.repository}/manifests/${place.tag}`
  const ask = (method: 'HEAD' | 'GET', authorization: string | null) =>
    sent(client, method, url, { Accept: ACCEPT, ...(authorization !== null && { authorization }) })
  try {
    let authorization: string | null = null
    let answer = await ask('HEAD', null)
    if (answer.message.statusCode === 401) {
      const challenge = readChallenge(answer.message.headers['www-authenticate'])
      authorization = await authorizationFor(client, challenge, place, auth)
      if (authorization !== null) answer = await ask('HEAD', authorization)
    }
    requireSuccess(answer)
    const said = answer.message.headers['docker-content-digest']
    if (typeof said === 'string' && /^sha256:[0-9a-f]{64}$/.test(said)) return said
    // Some registries say it of a whole manifest only, and some not at all: it is the hash of what they send.
    const whole = await ask('GET', authorization)
    requireSuccess(whole)
    return `sha256:${createHash('sha256')
      .update(await bodyOf(whole))
      .digest('hex')}`
  } finally {
    client.dispose()
  }
}

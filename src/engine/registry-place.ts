import { DOCKER_HUB, registryOf, splitReference } from './image-reference.ts'

/** Where a registry has an image. */
export interface Place {
  /** `https://HOST`; engines speak plain HTTP with registries of this machine alone, and so do we. */
  readonly origin: string
  readonly repository: string
  /** The tag, or the digest. */
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

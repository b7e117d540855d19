import { DOCKER_HUB, registryOf, splitReference } from './image-reference.ts'
import { RegistryError } from './registry-http.ts'

/** Where a registry has an image. */
export interface ImagePlace {
  /** `https://HOST`; engines speak plain HTTP with registries of this machine alone, and so do we. */
  readonly origin: string
  readonly repository: string
  /** The tag, or the digest. */
  readonly tag: string
}

/** True for a host, with or without a port, that is this machine. */
export const isThisMachine = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host)

/**
 * The place of an image; without a registry in its name that is Docker Hub, and there without a folder `library`.
 * @throws RegistryError for a name that leads elsewhere than to one repository
 */
export function imagePlace(image: string): ImagePlace {
  const place = writtenPlace(image)
  const { origin, repository, tag } = place
  if (ORIGIN.test(origin) && REPOSITORY.test(repository) && TAG.test(tag)) return place
  throw new RegistryError('refused', `${image} is no name of an image in a registry`)
}

const ORIGIN = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/
/** The grammar of names in the distribution specification ("Pulling manifests"): `..` is none. */
const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/
/** A tag, or a digest. */
const TAG = /^(\w[\w.-]{0,127}|[a-z0-9]+([+._-][a-z0-9]+)*:[\w=-]+)$/

function writtenPlace(image: string): ImagePlace {
  const { repository, tag } = splitReference(image)
  const registry = registryOf(image)
  const path = registry === DOCKER_HUB ? repository.replace(/^(index\.)?docker\.io\//, '') : repository
  if (registry === DOCKER_HUB)
    return {
      origin: 'https://registry-1.docker.io',
      repository: path.includes('/') ? path : `library/${path}`,
      tag,
    }
  const scheme = isThisMachine(registry) ? 'http' : 'https'
  return { origin: `${scheme}://${registry}`, repository: path.slice(path.indexOf('/') + 1), tag }
}

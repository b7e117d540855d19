import { type CacheRepository, volumePrefix } from '../../cache/repository.ts'
import type { Docker } from '../../engine/docker.ts'
import { isRefusal } from '../../engine/errors.ts'
import { TaskError } from '../../errors.ts'
import { LABEL } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Mount } from './mount.ts'

/** A cache as the user names it and as the engine does. */
export interface Cache {
  readonly name: string
  readonly volume: string
  readonly target: string
}

/** The caches of a task: volumes of this repository alone, whatever others call theirs. */
export function cachesOf(
  { cacheVolumes }: Pick<ContainerSpec, 'cacheVolumes'>,
  repository: CacheRepository,
): Cache[] {
  const prefix = volumePrefix(repository)
  return cacheVolumes.map((cache) => ({ ...cache, volume: `${prefix}-${cache.name}` }))
}

/** The labels that make a volume a cache. It has no label of managed things: sweeps leave it alone. */
const cacheLabels = (cache: Cache, repository: CacheRepository) => ({
  [LABEL.cache]: cache.name,
  [LABEL.repository]: repository.name,
})

/**
 * Makes the caches that are not there yet. Left to the creation of a container, Podman would make them without labels.
 * @throws EngineError
 */
export async function createCaches(
  docker: Docker,
  caches: readonly Cache[],
  repository: CacheRepository,
  found: ReadonlyMap<string, FoundVolume>,
): Promise<void> {
  for (const cache of caches.filter(({ volume }) => !found.has(volume)))
    try {
      await docker.volumes.create(cacheLabels(cache, repository), cache.volume)
    } catch (error) {
      // Another task made it meanwhile, which Podman refuses to do again.
      const isThere = isRefusal(error) && (await findVolumes(docker, [cache.volume])).has(cache.volume)
      if (!isThere) throw error
    }
}

/** Caches as mounts, with the labels of those that an engine has to make again. */
export const cacheMounts = (caches: readonly Cache[], repository: CacheRepository): Mount[] =>
  caches.map((cache) => ({
    type: 'volume',
    name: cache.volume,
    target: cache.target,
    labels: cacheLabels(cache, repository),
  }))

/** What the engine says of a volume: its labels that are ours, empty when it has none. */
export interface FoundVolume {
  readonly managed: string
  readonly cache: string
  readonly repository: string
  /** Of kept caches of dependencies, which are written by the action alone. */
  readonly cacheKey?: string
}

/** The names that engines give to volumes that have none: each belongs to a single container. */
const ANONYMOUS = /^[0-9a-f]{64}$/

/**
 * Refuses volumes that are not this repository's to use.
 * @throws TaskError ACODE-CTN-011, or ACODE-CTN-006 for a volume that is not there
 */
export function judgeVolumes(
  caches: readonly Cache[],
  engineVolumes: ContainerSpec['engineVolumes'],
  repository: CacheRepository,
  found: ReadonlyMap<string, FoundVolume>,
): void {
  for (const cache of caches) {
    const volume = found.get(cache.volume)
    if (volume && !isOwn(volume, cache, repository))
      throw new TaskError(
        'ACODE-CTN-011',
        `The cache volume ${cache.name} is refused: the engine's volume ${cache.volume} has no label of this repository's cache, so that someone else made it. ` +
          `Use another name, remove it with: docker volume rm ${cache.volume}, or mount it as it is with engine-volumes: ${cache.volume}:${cache.target}`,
      )
  }
  for (const { name } of engineVolumes) {
    const volume = found.get(name)
    const why = ANONYMOUS.test(name) ? 'it is a container’s own' : volume && whyForeign(volume, repository)
    if (why)
      throw new TaskError(
        'ACODE-CTN-011',
        `The volume ${name} in engine-volumes is refused: ${why}. Use cache-volumes, or a volume that is made for sharing: docker volume create NAME`,
      )
    if (!volume)
      throw new TaskError(
        'ACODE-CTN-006',
        `The volume ${name} in engine-volumes is not on the engine. Correct the name, make it before this step with: docker volume create ${name}, or use cache-volumes.`,
      )
  }
}

const isOwn = (volume: FoundVolume, cache: Cache, repository: CacheRepository): boolean =>
  volume.managed === '' && volume.cache === cache.name && volume.repository === repository.name

function whyForeign(
  { managed, cache, repository, cacheKey = '' }: FoundVolume,
  own: CacheRepository,
): string | null {
  if (managed !== '') return 'it is part of another task'
  if (cacheKey !== '') return 'it is a cache that the action keeps, and no task may write to'
  return cache !== '' && repository !== own.name
    ? `it is a cache of ${repository || 'another repository'}`
    : null
}

/** Looks volumes up by their names, in one call. */
export async function findVolumes(
  docker: Docker,
  names: readonly string[],
): Promise<Map<string, FoundVolume>> {
  if (names.length === 0) return new Map()
  // The engine's filter takes parts of names too.
  const found = await docker.volumes.list({ names })
  return new Map(
    found.map(({ name, labels }) => [
      name,
      {
        managed: labels[LABEL.managed] ?? '',
        cache: labels[LABEL.cache] ?? '',
        repository: labels[LABEL.repository] ?? '',
        cacheKey: labels[LABEL.cacheKey] ?? '',
      },
    ]),
  )
}

import type { Docker } from '../engine/docker.ts'
import { EngineError, isRefusal } from '../engine/errors.ts'
import type { Labels } from '../engine/labels.ts'
import { BUILT } from '../image/build/name.ts'
import { LABEL } from './labels.ts'
import { type Removal, tryRemoveHeld } from './remove.ts'

/**
 * Removes what a run had begun and did not finish: the cache or the image that a claim names. A claim is a volume of
 * the run's that is there as long as something is made which has no labels of the run itself, since it stays.
 * @returns null where it is gone, or the volume is no claim
 */
export async function endClaimed(
  docker: Docker,
  labels: Labels,
  patienceMs: number | undefined,
): Promise<Removal | null> {
  const { [LABEL.fills]: cache, [LABEL.builds]: image } = labels
  const removal =
    cache !== undefined
      ? await removeCache(docker, cache, patienceMs)
      : image?.startsWith(BUILT)
        ? await removeImage(docker, image)
        : null
  return removal === null || removal.failure === null ? null : removal
}

/** Only what is a cache, whatever else the label names. */
async function removeCache(docker: Docker, name: string, patienceMs?: number): Promise<Removal | null> {
  const caches = await docker.volumes.list({ label: LABEL.cacheFor })
  return caches.some((one) => one.name === name) ? tryRemoveHeld(docker, 'volume', name, patienceMs) : null
}

async function removeImage(docker: Docker, name: string): Promise<Removal | null> {
  try {
    await docker.images.untag(name)
    return null
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { removed: false, failure: error.message, isAnswered: isRefusal(error) }
  }
}

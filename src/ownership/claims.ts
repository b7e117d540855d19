import type { Docker } from '../engine/docker.ts'
import { EngineError, isRefusal } from '../engine/errors.ts'
import type { Labels } from '../engine/labels.ts'
import { BUILT } from '../image/build/name.ts'
import { LABEL } from './labels.ts'
import { type How, type Removal, tryRemoveHeld } from './remove.ts'

/**
 * Removes what a run had begun and did not finish: the cache or the image that a claim names. A claim is a volume of
 * the run's. It is there while something is made that is to outlive the run, and so has no labels of it.
 * @returns why it is not gone; null when it is, or the volume is no claim
 */
export async function endClaimed(docker: Docker, labels: Labels, how: How): Promise<Removal | null> {
  const { [LABEL.fills]: cache, [LABEL.builds]: image } = labels
  if (cache !== undefined) return removeCache(docker, cache, how)
  return image?.startsWith(BUILT) ? removeImage(docker, image) : null
}

/** Only what is a cache, whatever else the label names. */
async function removeCache(docker: Docker, name: string, how: How): Promise<Removal | null> {
  const caches = await docker.volumes.list({ label: { key: LABEL.cacheFor } })
  if (!caches.some((one) => one.name === name)) return null
  const removal = await tryRemoveHeld(docker, 'volume', name, how)
  // One that the engine holds needs its claim still.
  return removal.failure === null && removal.kept === undefined ? null : removal
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

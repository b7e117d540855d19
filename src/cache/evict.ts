/** A volume of a cache, as it is judged. */
interface CacheVolume {
  readonly name: string
  /** Null when the engine does not know. */
  readonly bytes: number | null
  /** Epoch seconds; of a volume whose uses are not known, when it was made. */
  readonly lastUse: number
}

/** A volume that a task has just chosen may not be mounted yet, so that the engine would let it go. */
const YOUNG_SECONDS = 15 * 60

/**
 * Which volumes go so that the others take `most` bytes at most: the least recently used first. None that was used a
 * moment ago; what a container has mounted the engine keeps by itself.
 */
export function toEvict(volumes: readonly CacheVolume[], most: number, nowSeconds: number): CacheVolume[] {
  let total = totalOf(volumes)
  const evicted: CacheVolume[] = []
  for (const volume of volumes.toSorted((one, other) => one.lastUse - other.lastUse)) {
    if (total <= most) break
    if (nowSeconds - volume.lastUse < YOUNG_SECONDS || !volume.bytes) continue
    evicted.push(volume)
    total -= volume.bytes
  }
  return evicted
}

/** What volumes take together, as far as the engine knows. */
export const totalOf = (volumes: readonly CacheVolume[]): number =>
  volumes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)

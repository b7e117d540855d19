import { pipeline, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createZstdDecompress } from 'node:zlib'
import { isRefusal } from '../engine/errors.ts'
import { messageOf, sentence } from '../errors.ts'
import { readTar } from '../formats/tar-reader.ts'
import { download } from '../github/blob-download.ts'
import type { FoundCache } from '../github/cache-service.ts'
import { debug, warning } from '../github/runner.ts'
import { type CacheTally, CONTENT } from './cache-tar.ts'
import type { CacheEntry } from './entries.ts'
import {
  claimVolume,
  contentOf,
  endClaim,
  fillVolume,
  type Keeping,
  type KeptVolume,
  listKept,
  rankKept,
} from './kept-volumes.ts'
import type { CacheScope } from './scope.ts'
import type { ServiceGate } from './service-gate.ts'

/** What a task gets of an entry. */
export interface Restored {
  readonly entry: CacheEntry
  /** The kept volume under the task's folder; null: the folder is empty. */
  readonly base: Pick<KeptVolume, 'name' | 'mountpoint'> | null
  /** `hit`: of its own key; `partial`: of one that begins alike. */
  readonly result: 'hit' | 'partial' | 'miss'
  readonly source: 'machine' | 'service' | null
  /** The key of what was found. */
  readonly key: string | null
  readonly bytes: number | null
  readonly seconds: number
}

/** What restoring needs in addition to where caches are kept. */
interface Restoring extends Keeping {
  readonly scope: CacheScope
  readonly gate: ServiceGate
  readonly cancel: AbortSignal
  /** A volume that goes with the run, for what another task is keeping at this moment. */
  readonly scratch: () => Promise<Pick<KeptVolume, 'name' | 'mountpoint'>>
  /** Notes that volumes are used. */
  readonly touch: (volumes: readonly string[]) => Promise<void>
}

/** All downloads of a task together; a task is worth more than a cache. */
const RESTORE_MS = 5 * 60_000

/**
 * Finds each entry on this machine, else in the service, from where it is kept on this machine. What service or engine
 * refuse is a warning.
 * @throws EngineError when there is no engine any more
 */
export async function restoreAll(
  restoring: Restoring,
  entries: readonly CacheEntry[],
  say: (line: string) => void,
): Promise<Restored[]> {
  const signal = AbortSignal.any([restoring.cancel, AbortSignal.timeout(RESTORE_MS)])
  const restored: Restored[] = []
  for (const entry of entries) {
    const started = performance.now()
    const found = await restoreOne(restoring, entry, signal, say).catch(unlessRefused(entry))
    const seconds = Math.round(performance.now() - started) / 1000
    restored.push({ entry, ...found, seconds })
  }
  return restored
}

type Found = Omit<Restored, 'entry' | 'seconds'>

const unlessRefused =
  ({ name }: CacheEntry) =>
  (error: unknown): Found => {
    if (!isRefusal(error)) throw error
    warning(`The cache ${name} begins empty: ${sentence(error.message)}`, 'Cache')
    return MISS
  }

const MISS: Found = { base: null, result: 'miss', source: null, key: null, bytes: null }

async function restoreOne(
  restoring: Restoring,
  entry: CacheEntry,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Found> {
  const { scope, gate, cancel } = restoring
  const kept = rankKept(await listKept(restoring, entry), entry, scope.readable)
  const exact = await firstWhole(
    restoring,
    kept.filter(({ key }) => key === entry.key),
    entry,
  )
  if (exact !== null) return exact
  const remote = gate.mode.isReadable
    ? await gate.ask(
        `The cache ${entry.name} could not be looked for`,
        (service) => service.find(entry, entry.restoreKeys),
        signal,
        cancel,
      )
    : null
  const others = kept.filter(({ key }) => key !== entry.key)
  const isHere = remote !== null && others.some(({ key }) => key === remote.key)
  if (remote !== null && !isHere) {
    say(`${entry.name}: downloading ${remote.key}`)
    const fetched = await fetchOne(restoring, entry, remote, signal)
    if (fetched !== null) return fetched
  }
  return (await firstWhole(restoring, others, entry)) ?? MISS
}

/** The first that was filled to its end. One that was not, and that is no longer being filled, is removed. */
async function firstWhole(
  restoring: Restoring,
  kept: readonly KeptVolume[],
  entry: CacheEntry,
): Promise<Found | null> {
  for (const one of kept) {
    await restoring.touch([one.name])
    const content = await contentOf(restoring, one.name)
    if (content !== null) {
      const { name, mountpoint, key } = one
      return { base: { name, mountpoint }, ...resultOf(entry, key), source: 'machine', bytes: content.bytes }
    }
    await restoring.docker.volumes.remove(one.name).catch((error: unknown) => {
      debug(`${one.name} is not whole, and stays: ${messageOf(error)}`)
    })
  }
  return null
}

const resultOf = (entry: CacheEntry, key: string): Pick<Found, 'result' | 'key'> => ({
  result: key === entry.key ? 'hit' : 'partial',
  key,
})

/** Downloads a cache into a volume of this machine; null when that fails. */
async function fetchOne(
  restoring: Restoring,
  entry: CacheEntry,
  found: FoundCache,
  signal: AbortSignal,
): Promise<Found | null> {
  const { gate, cancel, touch } = restoring
  const claimed = await claimVolume(restoring, entry, found.key)
  const volume = claimed ?? (await restoring.scratch())
  const ended = new AbortController()
  const stop = AbortSignal.any([signal, ended.signal])
  const begun: Promise<CacheTally>[] = []
  const work = () => {
    begun.push(unpack(restoring, volume.name, entry, found.url, stop))
    return Promise.all(begun)
  }
  const what = `The cache ${entry.name} could not be downloaded`
  const [tally = null] = (await gate.ask(what, work, signal, cancel)) ?? []
  ended.abort()
  // What is given up lets go of its volume.
  await Promise.race([Promise.allSettled(begun), sleep(SETTLE_MS, undefined, { ref: false })])
  if (tally !== null && tally.refused > 0)
    warning(
      `The cache ${found.key} holds ${tally.refused} entries that no cache has (devices, or names outside of it); they were left out. Delete it in the repository’s list of caches, unless you know how it came about.`,
      'Cache',
    )
  const isWhole = tally !== null && tally.files > 0
  if (claimed !== null) await endClaim(restoring, claimed, isWhole)
  if (isWhole) {
    await touch([volume.name])
    const { name, mountpoint } = volume
    return {
      base: { name, mountpoint },
      ...resultOf(entry, found.key),
      source: 'service',
      bytes: tally.bytes,
    }
  }
  return null
}

/** What unpacking that is given up may take to its end. */
const SETTLE_MS = 5_000

/** Anyone who could write the cache may have made the archive: cache-tar.ts says what is taken of it. */
function unpack(
  keeping: Keeping,
  volume: string,
  { leaveOut }: CacheEntry,
  url: string,
  signal: AbortSignal,
) {
  const packed = Readable.from(download(url, signal), { objectMode: false })
  // A failure shows at the end of the stream.
  const tar = pipeline(packed, createZstdDecompress(), () => undefined)
  return fillVolume(keeping, volume, readTar(tar), { from: CONTENT, leaveOut })
}

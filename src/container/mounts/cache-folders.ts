import type { Readable } from 'node:stream'
import { COMPLETE, CONTENT, newTally, taken } from '../../cache/cache-tar.ts'

import { CACHE_ROOT, type CacheEntry } from '../../cache/entries.ts'
import type { Docker } from '../../engine/docker.ts'
import { isRefusal } from '../../engine/errors.ts'
import type { Ids, RunnerUser } from '../../engine/rootless.ts'
import { readTar } from '../../formats/tar-reader.ts'
import { writeTar } from '../../formats/tar-writer.ts'
import { overlayOptions } from '../../workspace/methods/overlay-volume.ts'
import type { Mount } from './mount.ts'

/** A folder of a task's cache: over a kept one, with a copy of it, or empty. What the task writes is its own. */
export interface CacheFolder {
  readonly entry: CacheEntry
  /** The kept volume; null: the folder begins empty. */
  readonly base: { readonly name: string; readonly mountpoint: string } | null
  /** Where the layers of an overlay are on the engine; null: the base is copied. */
  readonly layers: { readonly upper: string; readonly work: string } | null
}

/** How the folders come by what is kept: the next one is for engines that refuse the one before. */
export const CACHE_WAYS = ['overlay', 'copy', 'empty'] as const
/** One of {@link CACHE_WAYS}. */
export type CacheWay = (typeof CACHE_WAYS)[number]

/** The folders of a task, for its user. */
export type CacheFolders = (user: Ids, way: CacheWay) => Promise<readonly CacheFolder[]>

/** The engine does not mount a cache, or it is gone. */
export class UnusableCacheError extends Error {
  override readonly name = 'UnusableCacheError'
}

/** Where a task sees what is kept, read-only: while it is mounted, it cannot be removed. */
const basePath = (index: number): string => `${CACHE_ROOT}/.kept/${index}`

/** Fields of mount options have no escape for these. */
const isMountable = (path: string): boolean => path !== '' && !/[:,\\"\n]/.test(path)

/** The folders as mounts; volumes without a name go with their container. */
export function cacheFolderMounts(
  folders: readonly CacheFolder[],
  labels: Readonly<Record<string, string>>,
  runner: RunnerUser,
): Mount[] {
  return folders.flatMap(({ entry, base, layers }, index): Mount[] => {
    const own = { type: 'volume', name: null, target: entry.target, noCopy: true, labels } as const
    if (base === null) return [own]
    const kept: Mount = {
      ...{ type: 'volume', name: base.name, target: basePath(index), readOnly: true, noCopy: true },
    }
    const lower = `${base.mountpoint}/${CONTENT}`
    if (layers === null || !isMountable(base.mountpoint)) return [kept, own]
    return [kept, { ...own, options: overlayOptions({ lower: [lower], ...layers }, runner) }]
  })
}

/** What a task sets for its tools. */
export const cacheVariables = (folders: readonly CacheFolder[]): Record<string, string> =>
  Object.assign({}, ...folders.map(({ entry }) => entry.variables))

/**
 * Proves that the engine mounts the folders of a container that was created, and fills those that are copies.
 * @throws UnusableCacheError
 */
export async function loadCacheFolders(
  docker: Docker,
  filler: string,
  folders: readonly CacheFolder[],
  user: Ids,
): Promise<void> {
  for (const [index, { base, layers, entry }] of folders.entries()) {
    if (base === null) continue
    const found = await asUnusableCache(() => docker.archives.stat(filler, `${basePath(index)}/${COMPLETE}`))
    if (found === null) throw new UnusableCacheError(`the cache ${base.name} was removed meanwhile`)
    if (layers === null) await copyBase(docker, filler, `${basePath(index)}/${CONTENT}`, entry.target, user)
  }
}

const asUnusableCache = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw isRefusal(error) ? new UnusableCacheError(error.message) : error
  })

/** What is kept was judged when it was kept. */
async function copyBase(docker: Docker, filler: string, from: string, to: string, owner: Ids): Promise<void> {
  const taking = { owner, from: CONTENT, to: '', leaveOut: null, most: UNBOUNDED, tally: newTally() }
  await docker.archives.get(filler, from, async (archive: Readable) => {
    await docker.archives.put(filler, to, writeTar(withoutRoot(taken(readTar(archive), taking))))
  })
}

const UNBOUNDED = { files: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

async function* withoutRoot<T extends { readonly path: string }>(entries: AsyncIterable<T>) {
  for await (const entry of entries) if (entry.path !== '') yield entry
}

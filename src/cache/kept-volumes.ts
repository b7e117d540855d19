import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Docker } from '../engine/docker.ts'
import { EngineError } from '../engine/errors.ts'
import type { Volume } from '../engine/volumes.ts'
import { itemBytes, readTar, type TarItem } from '../formats/tar-reader.ts'
import type { TarEntry } from '../formats/tar-writer.ts'
import { writeTar } from '../formats/tar-writer.ts'
import { LABEL } from '../ownership/labels.ts'
import { type HelperRequest, withHelper } from '../workspace/methods/helper.ts'
import { type CacheTally, COMPLETE, CONTENT, newTally, taken } from './cache-tar.ts'
import type { CacheEntry } from './entries.ts'
import { type CacheRepository, volumePrefix } from './repository.ts'

/**
 * A cache that is kept on the engine: a volume with `content` and, written last, `complete`. Only the action writes to
 * it, once; tasks see it as the lower layer of their own folder.
 */
export interface KeptVolume {
  readonly name: string
  /** Where the engine has it. */
  readonly mountpoint: string
  readonly key: string
  /** The ref under which it was kept. */
  readonly ref: string
  /** Epoch seconds. */
  readonly created: number
}

/** Whose caches are kept, and how volumes are reached. */
export interface Keeping {
  readonly docker: Docker
  /** A container that is never started. */
  readonly helper: HelperRequest
  readonly repository: CacheRepository
  /** The task's user: files of another one it could not replace. */
  readonly owner: { readonly uid: number; readonly gid: number }
  readonly ref: string
  /** What a cache may hold. */
  readonly most: { readonly files: number; readonly bytes: number }
}

/** Where a helper has a volume. */
const PLACE = '/acode-cache'

/** For whom a cache fits: this repository, form, folder and user. */
function fitOf({ repository, owner }: Pick<Keeping, 'repository' | 'owner'>, entry: CacheEntry): string {
  const text = [repository.server, repository.name, entry.version, owner.uid, owner.gid].join('\n')
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** The caches that the engine keeps for an entry, those that are being filled too. */
export async function listKept(keeping: Keeping, entry: CacheEntry): Promise<KeptVolume[]> {
  const label = { key: LABEL.cacheFor, value: fitOf(keeping, entry) }
  const found = await keeping.docker.volumes.list({ label })
  const prefix = `${volumePrefix(keeping.repository)}.`
  // Another user's volume may have any label, but then also any name.
  return found.filter(({ name }) => name.startsWith(prefix)).map(keptOf)
}

const keptOf = ({ name, mountpoint, labels, created }: Volume): KeptVolume => ({
  ...{ name, mountpoint, created: created ?? 0 },
  ...{ key: labels[LABEL.cacheKey] ?? '', ref: labels[LABEL.cacheRef] ?? '' },
})

/** Those that a task may use, the best first: of its key, then of what its key may begin with; of near refs, then new ones. */
export function rankKept(
  volumes: readonly KeptVolume[],
  { key, restoreKeys }: Pick<CacheEntry, 'key' | 'restoreKeys'>,
  readable: readonly string[],
): KeptVolume[] {
  const distance = (one: KeptVolume): number => {
    if (one.key === key) return 0
    const prefix = restoreKeys.findIndex((start) => one.key.startsWith(start))
    return prefix < 0 ? Number.POSITIVE_INFINITY : prefix + 1
  }
  return volumes
    .filter((one) => readable.includes(one.ref) && Number.isFinite(distance(one)))
    .toSorted(
      (one, other) =>
        distance(one) - distance(other) ||
        readable.indexOf(one.ref) - readable.indexOf(other.ref) ||
        other.created - one.created,
    )
}

/** A kept cache that this run fills. */
interface ClaimedVolume extends KeptVolume {
  /** A volume of the run's that is there as long: should we die, removing it removes the cache too. */
  readonly claim: string
}

/**
 * Makes a volume for a cache of this key; null when another task has made one before, and keeps it. It is given to
 * {@link endClaim} once it is filled, or not.
 */
export async function claimVolume(
  keeping: Keeping,
  entry: CacheEntry,
  key: string,
): Promise<ClaimedVolume | null> {
  const same = async () =>
    (await listKept(keeping, entry)).filter((one) => one.key === key && one.ref === keeping.ref)
  if ((await same()).length > 0) return null
  const { docker, repository, helper } = keeping
  const id = randomBytes(8).toString('hex')
  const name = `${volumePrefix(repository)}.${id}`
  const { name: claim } = await docker.volumes.create(
    { ...helper.labels, [LABEL.fills]: name },
    `${helper.name}.claim-${id}`,
  )
  const labels = {
    [LABEL.cache]: entry.name,
    [LABEL.repository]: repository.name,
    [LABEL.cacheKey]: key,
    [LABEL.cacheRef]: keeping.ref,
    [LABEL.cacheFor]: fitOf(keeping, entry),
  }
  let isFirst = false
  try {
    const made = { ...keptOf(await docker.volumes.create(labels, name)), claim }
    const [first = made] = (await same()).toSorted(
      (one, other) => one.created - other.created || (one.name < other.name ? -1 : 1),
    )
    isFirst = first.name === name
    return isFirst ? made : null
  } finally {
    if (!isFirst) await endClaim(keeping, { name, claim }, false)
  }
}

/** Ends a claim, and with it a cache that is not whole. What the engine does not remove now, post removes by the claim. */
export async function endClaim(
  { docker }: Pick<Keeping, 'docker'>,
  { name, claim }: Pick<ClaimedVolume, 'name' | 'claim'>,
  isWhole: boolean,
): Promise<void> {
  try {
    if (!isWhole) await docker.volumes.remove(name)
    await docker.volumes.remove(claim)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
  }
}

/** What a volume holds, as its last entry says. */
const completeSchema = z.object({ files: z.int().min(0), bytes: z.int().min(0) })

/** Reads that entry; null when it was not written to its end. */
export function completeOf(text: string): z.output<typeof completeSchema> | null {
  try {
    return completeSchema.safeParse(JSON.parse(text)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** What a kept volume holds; null when it was not filled to its end, or is gone. */
export async function contentOf(
  keeping: Keeping,
  volume: string,
): Promise<z.output<typeof completeSchema> | null> {
  let text = ''
  await inVolume(keeping, volume, (helper) =>
    keeping.docker.archives.get(helper, `${PLACE}/${COMPLETE}`, async (archive) => {
      for await (const item of readTar(archive))
        if (item.type === 'file' && item.size < 1024) text = (await itemBytes(item)).toString('utf8')
    }),
  )
  return completeOf(text)
}

/**
 * Fills a volume from an archive whose paths begin with `from`.
 * @param through sees the archive as it is kept, and may keep it elsewhere too
 * @returns what is in it; a volume with no files is not complete
 * @throws EngineError, CacheTooLargeError, and what reading the archive throws
 */
export async function fillVolume(
  keeping: Keeping,
  volume: string,
  items: AsyncIterable<TarItem>,
  { from, leaveOut }: { readonly from: string; readonly leaveOut: RegExp | null },
  through: (archive: AsyncGenerator<Buffer>) => AsyncGenerator<Buffer> = (archive) => archive,
): Promise<CacheTally> {
  const { owner, most, docker } = keeping
  const tally = newTally()
  const entries = taken(items, { owner, from, to: CONTENT, leaveOut, most, tally })
  await inVolume(keeping, volume, (helper) =>
    docker.archives.put(helper, PLACE, through(writeTar(withEnd(entries, tally)))),
  )
  return tally
}

async function* withEnd(entries: AsyncIterable<TarEntry>, tally: CacheTally): AsyncGenerator<TarEntry> {
  yield* entries
  if (tally.files === 0) return
  const content = Buffer.from(JSON.stringify({ files: tally.files, bytes: tally.bytes }))
  const about = { mode: 0o444, uid: 0, gid: 0, size: content.length }
  yield { path: COMPLETE, type: 'file', ...about, content: [content] }
}

const inVolume = <T>(
  { docker, helper }: Pick<Keeping, 'docker' | 'helper'>,
  volume: string,
  work: (helper: string) => Promise<T>,
): Promise<T> =>
  withHelper(
    docker,
    {
      ...helper,
      host: {
        Mounts: [{ Type: 'volume', Source: volume, Target: PLACE, VolumeOptions: { NoCopy: true } }],
      },
    },
    work,
  )

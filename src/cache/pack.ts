import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import { readTar, type TarItem } from '../formats/tar-reader.ts'
import type { CacheTally } from './cache-tar.ts'
import type { CacheEntry } from './entries.ts'
import { claimVolume, endClaim, fillVolume, type Keeping } from './kept-volumes.ts'

/** A cache that was taken out of an ended container. */
interface Packed {
  readonly tally: CacheTally
  /** Bytes of the file that is to be uploaded; null when none is. */
  readonly packedBytes: number | null
}

/** What became of an entry that was to be kept. */
type KeepResult = Packed | 'kept-by-another' | 'empty'

/**
 * Keeps what an ended task has in the folder of an entry: in a volume of this machine and, in the same pass, as a file
 * that is uploaded later.
 * @param file where that is; null: there is no service
 * @throws EngineError, CacheTooLargeError; nothing is left then
 */
export async function keepEntry(
  keeping: Keeping,
  container: string,
  entry: CacheEntry,
  file: string | null,
  signal: AbortSignal,
): Promise<KeepResult> {
  const volume = await claimVolume(keeping, entry, entry.key)
  if (volume === null) return 'kept-by-another'
  let tally: CacheTally | null = null
  try {
    tally = await copyOut(keeping, container, entry, volume.name, file, signal)
    if (tally.files > 0) return { tally, packedBytes: file === null ? null : (await stat(file)).size }
    tally = null
    return 'empty'
  } finally {
    if (tally === null && file !== null) await rm(file, { force: true })
    await endClaim(keeping, volume, tally !== null)
  }
}

async function copyOut(
  keeping: Keeping,
  container: string,
  { target, leaveOut }: CacheEntry,
  volume: string,
  file: string | null,
  signal: AbortSignal,
): Promise<CacheTally> {
  const { archives } = keeping.docker
  const packing = file === null ? null : await packer(file)
  let tally: CacheTally | null = null
  await archives.get(
    container,
    target,
    async (archive) => {
      const through = packing === null ? undefined : packing.through
      const from = basename(target)
      tally = await fillVolume(
        keeping,
        volume,
        belowName(readTar(archive), from),
        { from, leaveOut },
        through,
      )
    },
    { signal },
  )
  await packing?.done()
  if (tally === null) throw new Error(`the container has no ${target}`)
  return tally
}

/** The items of a folder's archive below its name, for which Podman has nothing when the folder is a volume. */
export async function* belowName(items: AsyncIterable<TarItem>, name: string): AsyncGenerator<TarItem> {
  const named = (path: string) => (path === '' || path.startsWith('/') ? `${name}${path}` : path)
  for await (const item of items) {
    const target = item.type === 'hard-link' ? named(item.target) : item.target
    yield { ...item, path: named(item.path), target }
  }
}

/** Sees an archive pass, and packs it into a file. */
async function packer(file: string) {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  const zstd = createZstdCompress()
  const written = pipeline(zstd, createWriteStream(file, { mode: 0o600 }))
  written.catch(() => undefined) // `done` throws it
  return {
    async *through(archive: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of archive) {
        if (!zstd.write(chunk)) await Promise.race([once(zstd, 'drain'), written])
        yield chunk
      }
    },
    done: () => {
      zstd.end()
      return written
    },
  }
}

import { posix } from 'node:path'
import type { TarItem } from '../formats/tar-reader.ts'
import type { TarEntry } from '../formats/tar-writer.ts'
import { foldersAbove } from '../workspace/changes.ts'

/** Below this, in volume and archive, is what a cache holds. */
export const CONTENT = 'content'
/** Written last: a volume without it was not filled to its end. */
export const COMPLETE = 'complete'

/** What was taken of an archive, and what was not. */
export interface CacheTally {
  files: number
  bytes: number
  /** Devices, pipes, names that lead elsewhere, and the like. */
  refused: number
}

/** The tally of an archive of which nothing was taken yet. */
export const newTally = (): CacheTally => ({ files: 0, bytes: 0, refused: 0 })

/** How an archive is taken. */
interface Taking {
  /** Whose everything becomes. */
  readonly owner: { readonly uid: number; readonly gid: number }
  /** The first part of each path in the archive, which is left out; what has another one is not taken. */
  readonly from: string
  /** What stands in its place; empty: nothing. */
  readonly to: string
  readonly leaveOut: RegExp | null
  readonly most: { readonly files: number; readonly bytes: number }
  readonly tally: CacheTally
}

/** A cache that is larger than a machine keeps. */
export class CacheTooLargeError extends Error {
  override readonly name = 'CacheTooLargeError'
}

/** Entries that are neither files nor folders cost little, and are counted too. */
const MOST_ENTRIES_FACTOR = 4

/**
 * The entries of a cache's archive, which anyone may have made: only what lies below its folder, only files, folders
 * and links, nothing written by way of a link, no set ids, and all of it the task's user's.
 * @throws CacheTooLargeError
 */
export async function* taken(items: AsyncIterable<TarItem>, taking: Taking): AsyncGenerator<TarEntry> {
  const { from, leaveOut, most, tally } = taking
  const kinds = new Map<string, TarItem['type']>()
  for await (const item of items) {
    const path = below(item.path, from)
    if (path === '' && item.type === 'folder') {
      yield { ...common(item, taking), path: joined(taking.to, ''), type: 'folder' }
      continue
    }
    if (item.path === COMPLETE || (path !== null && leaveOut?.test(path))) continue
    const entry = path === null || path === '' ? null : entryOf(item, path, kinds, taking)
    if (entry === null || path === null) {
      tally.refused += 1
      continue
    }
    tally.files += 1
    tally.bytes += entry.size ?? 0
    if (tally.bytes > most.bytes || kinds.size > most.files * MOST_ENTRIES_FACTOR || tally.files > most.files)
      throw new CacheTooLargeError(`it holds more than ${most.bytes} bytes or ${most.files} files`)
    kinds.set(path, item.type)
    yield entry
  }
}

function entryOf(
  item: TarItem,
  path: string,
  kinds: ReadonlyMap<string, TarItem['type']>,
  taking: Taking,
): TarEntry | null {
  const known = kinds.get(path)
  const isAgain = known !== undefined && !(known === 'folder' && item.type === 'folder')
  if (isAgain || foldersAbove(path).some((one) => (kinds.get(one) ?? 'folder') !== 'folder')) return null
  const entry = { ...common(item, taking), path: joined(taking.to, path) }
  switch (item.type) {
    case 'file':
      return { ...entry, type: 'file', size: item.size, content: item.content }
    case 'folder':
      return { ...entry, type: 'folder' }
    case 'link':
      return isFitLink(item.target, path) ? { ...entry, type: 'link', target: item.target } : null
    case 'hard-link': {
      const first = below(item.target, taking.from)
      const isFile = first !== null && kinds.get(first) === 'file'
      return isFile ? { ...entry, type: 'hard-link', target: joined(taking.to, first) } : null
    }
    default:
      return null
  }
}

const common = ({ mode, mtimeNs }: TarItem, { owner }: Taking) => ({
  ...{ uid: owner.uid, gid: owner.gid, mtimeNs },
  // Without set ids; a task that is not root could not save again what no one may read.
  mode: mode & 0o777,
})

/**
 * Nothing is written through a link, so that an absolute one may lead anywhere in the task's container, such as to the
 * image's Python. Engines refuse a whole archive for a relative one that leads out of where it is unpacked.
 */
function isFitLink(target: string, path: string): boolean {
  if (target === '' || target.startsWith('/')) return target !== ''
  return !posix.normalize(posix.join(posix.dirname(path), target)).startsWith('..')
}

/** A path of an archive below its root, `''` for the root itself; null when it leads elsewhere. */
function below(path: string, from: string): string | null {
  if (path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')) return null
  const plain = posix.normalize(path).replace(/\/$/, '')
  if (plain === from) return ''
  return plain.startsWith(`${from}/`) ? plain.slice(from.length + 1) : null
}

const joined = (to: string, path: string): string => [to, path].filter((one) => one !== '').join('/')

import { randomBytes } from 'node:crypto'
import { rename, rmdir } from 'node:fs/promises'
import { isErrno, type OpenFolder, openFolder, unlock } from './open-folder.ts'

/** What is done with what a tree holds. Paths are those of the tree as it was, their bytes one a character (latin1). */
interface Visitor {
  /** Given what is no folder: its path in the tree, and the one by which it is reached now. */
  readonly file: (path: string, at: Buffer, isFile: boolean) => Promise<void>
  /** Whether a folder is taken apart, or stays as it is. Default: all are. */
  readonly enters?: (path: string) => boolean
  /** Given what could not be moved, read, or removed when it was empty. */
  readonly failed: (path: string, error: unknown) => void
}

interface Waiting {
  readonly name: Buffer
  readonly path: string
}

/** How many entries are under way at once. */
const AT_ONCE = 64

/**
 * Takes a tree apart, folder by folder. Each folder is moved up to the tree's root before it is read, so that no
 * path is ever longer than two names, however deep a task has nested them; and each is held open while it is read,
 * so that a link in its place is never followed. Emptied folders are removed, but for the root, whose own
 * files come last.
 * @throws the reason of `signal`, between two folders
 */
export async function takeApart(
  root: string | Buffer,
  visitor: Visitor,
  signal?: AbortSignal,
): Promise<void> {
  const top = await openFolder(root)
  if (top === null) return
  const nonce = randomBytes(6).toString('hex')
  const waiting: Waiting[] = []
  let moved = 0
  const moveUp = async (from: OpenFolder, name: Buffer, path: string): Promise<void> => {
    const own = from === top ? name : Buffer.from(`.acode-${nonce}-${moved++}`)
    if (from !== top && !(await moveFolder(from.at(name), top.at(own)))) return
    waiting.push({ name: own, path })
  }
  try {
    await visit(top, '', { ...visitor, file: async () => undefined }, moveUp, signal)
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      signal?.throwIfAborted()
      await visitMoved(top, next, visitor, moveUp, signal)
    }
    signal?.throwIfAborted()
    await visit(top, '', { ...visitor, enters: () => false }, moveUp, signal)
  } finally {
    await top.close()
  }
}

type MoveUp = (from: OpenFolder, name: Buffer, path: string) => Promise<void>

async function visitMoved(
  top: OpenFolder,
  { name, path }: Waiting,
  visitor: Visitor,
  moveUp: MoveUp,
  signal: AbortSignal | undefined,
): Promise<void> {
  const at = top.at(name)
  try {
    const folder = await openFolder(at)
    // The writer may have put something else in its place.
    if (folder === null) return await visitor.file(path, at, false)
    await visit(folder, path, visitor, moveUp, signal).finally(folder.close)
    await rmdir(at)
  } catch (error) {
    visitor.failed(path, error)
  }
}

async function visit(
  folder: OpenFolder,
  path: string,
  visitor: Visitor,
  moveUp: MoveUp,
  signal: AbortSignal | undefined,
): Promise<void> {
  const entries = await folder.entries()
  for (let from = 0; from < entries.length && !signal?.aborted; from += AT_ONCE)
    await Promise.all(
      entries.slice(from, from + AT_ONCE).map(async (entry) => {
        const name = entry.name.toString('latin1')
        const inner = path === '' ? name : `${path}/${name}`
        try {
          if (!entry.isDirectory()) await visitor.file(inner, folder.at(entry.name), entry.isFile())
          else if (visitor.enters?.(inner) ?? true) await moveUp(folder, entry.name, inner)
        } catch (error) {
          visitor.failed(inner, error)
        }
      }),
    )
}

/**
 * A folder that changes its parent has to be writable itself; one that cannot be made so, being another user's, may
 * yet be empty.
 * @returns false when it was, and is gone
 */
async function moveFolder(from: Buffer, to: Buffer): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM')) throw error
  }
  try {
    await unlock(from)
    await rename(from, to)
    return true
  } catch {
    await rmdir(from)
    return false
  }
}

import { constants, type Dirent } from 'node:fs'
import { chmod, type FileHandle, lstat, open, readdir } from 'node:fs/promises'

/**
 * A folder held open: what is in it is reached through the open folder and not by its path, so that no one can put
 * a link in its place meanwhile. Names are bytes.
 */
export interface OpenFolder {
  /** An entry's path for the system's calls. */
  readonly at: (name: Uint8Array) => Buffer
  readonly entries: () => Promise<Dirent<Buffer>[]>
  readonly close: () => Promise<void>
}

/** Linux's `O_PATH`: names a file without opening it, for which no permission on the file itself is needed. */
const O_PATH = 0o10000000
const FOLDER = constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * Opens a folder whose owner we are, also one that cannot be entered (`chmod 0`). Where there is no /proc, entries are
 * reached by the folder's path.
 * @returns null when the path is no folder, links included
 */
export async function openFolder(path: string | Buffer): Promise<OpenFolder | null> {
  const handle = await openItself(path)
  if (handle === null) return null
  const { mode } = await handle.stat()
  // A folder that could be read may still not let go of its entries.
  if ((mode & 0o700) !== 0o700) await handle.chmod(mode | 0o700).catch(unlessNotOurs)
  const self = `/proc/self/fd/${handle.fd}`
  const base = Buffer.from((await lstat(self).catch(() => null)) ? self : path)
  return {
    at: (name) => Buffer.concat([base, Buffer.from('/'), name]),
    entries: () => readdir(base, { encoding: 'buffer', withFileTypes: true }),
    close: () => handle.close(),
  }
}

async function openItself(path: string | Buffer): Promise<FileHandle | null> {
  const openAsIs = () => open(path, constants.O_RDONLY | FOLDER)
  try {
    return await openAsIs().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EACCES') throw error
      await unlock(path)
      return openAsIs()
    })
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return null
    throw error
  }
}

/** Lets its owner into a folder again; a link in its place is not followed. */
export async function unlock(path: string | Buffer): Promise<void> {
  const handle = await open(path, O_PATH | FOLDER)
  try {
    const self = `/proc/self/fd/${handle.fd}`
    await chmod((await lstat(self).catch(() => null)) ? self : path, 0o700)
  } finally {
    await handle.close()
  }
}

/** True for one of the system's errors. */
export const isErrno = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))

/** Another user's folder keeps its mode: what it refuses shows when it is asked. */
function unlessNotOurs(error: unknown): void {
  if (!isErrno(error, 'EPERM', 'EROFS')) throw error
}

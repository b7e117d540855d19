import { constants, realpathSync, type Stats } from 'node:fs'
import { lstat, open, readFile, rename, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import { isErrno } from './open-folder.ts'
import { takeApart } from './take-apart.ts'

/** What is at a path, and not what a link there leads to; null when nothing is. Throws when that cannot be seen. */
export const lstatIfThere = (path: string | Buffer): Promise<Stats | null> => lstat(path).catch(unlessNowhere)

/** What a path leads to; null when that is nothing. Throws when it cannot be seen. */
export const statIfThere = (path: string | Buffer): Promise<Stats | null> => stat(path).catch(unlessNowhere)

/** The text of a file; null when there is none. Throws when it cannot be read. */
export const readIfThere = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch(unlessNowhere)

/** Null of an error that says that a path leads nowhere: nothing can be behind a file, a link to itself, or too long a name. */
export function unlessNowhere(error: unknown): null {
  if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) return null
  throw error
}

/** Writes a file so that a reader sees the old text or the new one, never half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`
  try {
    await writeFile(part, text)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Waits until a file, or the names in a folder, are on the disk: what is there survives a loss of power. */
export async function syncToDisk(path: string | Buffer): Promise<void> {
  const file = await open(path, constants.O_RDONLY)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** How many files are waited for at once: disks write many in little more time than one. */
const AT_ONCE = 32

/** {@link syncToDisk} of many files. */
export async function syncAllToDisk(paths: readonly Buffer[]): Promise<void> {
  for (let from = 0; from < paths.length; from += AT_ONCE)
    await Promise.all(paths.slice(from, from + AT_ONCE).map(syncToDisk))
}

/** Whatever still writes to a folder that is removed gets so many tries to end. */
const REMOVALS = 3

/**
 * Removes a file or folder, whatever a task made of it: folders without permissions, nested deeper than paths can
 * be long, with names that are no text; links are not followed. Nothing there is fine. What cannot be removed does
 * not keep the rest.
 * @throws Error that names what is left; the reason of `signal`, when it is given up
 */
export async function removeFolder(path: string | Buffer, signal?: AbortSignal): Promise<void> {
  const found = await lstat(path).catch(unlessMissing)
  if (found === null) return
  if (!found.isDirectory()) return unlinkThere(path)
  let left: string[] = []
  const failed = (name: string, error: unknown): void => {
    left.push(`${Buffer.from(name, 'latin1').toString()}: ${error instanceof Error ? error.message : error}`)
  }
  for (let removal = 0; removal < REMOVALS; removal++) {
    left = []
    await takeApart(path, { file: (_, at) => unlinkThere(at), failed }, signal)
    try {
      return await rmdir(path)
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return
      if (left.length === 0) failed('.', error)
    }
  }
  const others = left.length > 1 ? ` and ${left.length - 1} more` : ''
  throw new Error(`${path} could not be removed: ${left[0]}${others}`)
}

/** Removes what is no folder, unless it is gone. */
async function unlinkThere(path: string | Buffer): Promise<void> {
  await unlink(path).catch(unlessMissing)
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/** True when `path` is `folder` or below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}

/** A path without links on its way; as it is where it is not there. */
export function withoutLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path // its next use says that it is not there
  }
}

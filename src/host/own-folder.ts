import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { isWithin, withoutLinks } from './files.ts'
import { isErrno } from './open-folder.ts'

/** How many folders of our name that belong to another user are passed by. */
const MOST_OTHERS = 10

/**
 * A folder of the runner's user alone, in which is kept what the end of a job must not take away and a checkout must
 * not bring: next to the runner's workspaces, else where a folder can be made. A folder of that name which is another
 * user's (a job in a container may have run as another user), or which others may write to, is passed by.
 * @param parents where it may be, the best place first
 * @param make whether it is made when there is none
 * @returns null when there is none, or none can be made
 */
export function ownFolder(parents: readonly string[], workspace: string, make: boolean): string | null {
  const outside = parents.filter((parent) => !isWithin(withoutLinks(parent), withoutLinks(workspace)))
  for (const parent of outside)
    for (let n = 0; n < MOST_OTHERS; n++) {
      const folder = join(parent, `_acode-${process.getuid?.() ?? 0}${n === 0 ? '' : `-${n}`}`)
      if (make) tryMake(folder)
      const found = statsOf(folder)
      if (found === undefined) break
      if (isOwn(found)) return folder
    }
  return null
}

function tryMake(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch {
    // What is there, or is not, is looked at next.
  }
}

/** Undefined also where a folder on the way may not be entered, or is a file. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isErrno(error, 'ENOTDIR', 'EACCES')) return undefined
    throw error
  }
}

const isOwn = (found: Stats): boolean =>
  found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o077) === 0

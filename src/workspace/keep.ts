import { randomBytes } from 'node:crypto'
import { chmod, link, lstat, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { readTarWithin, type TarItem, withoutRoot, writeItem } from '../formats/tar-reader.ts'
import type { Budget } from '../host/budget.ts'
import { removeFolder } from '../host/files.ts'
import { isErrno } from '../host/open-folder.ts'
import { filesBelow, systemPath } from './changes.ts'

const PREFIX = '_acode-kept-'

/**
 * A folder for a task's copy, not yet made, in the folder of the runner that no job's end empties. Each is by itself
 * and never one that is there: what a job container left is root's.
 */
export function newKeptFolder(parent: string, container: string): string {
  return join(parent, `${PREFIX}${container}-${randomBytes(4).toString('hex')}`)
}

/** The kept copies of our user, of one task or of all. Others' are passed by. */
async function ownCopies(
  parent: string,
  container?: string,
): Promise<{ path: string; modifiedMs: number }[]> {
  // A folder that cannot be listed is none that we kept copies in.
  const names = (await readdir(parent).catch(() => [])).filter(
    (name) =>
      /^_acode-kept-acode-[a-z0-9-]+-[0-9a-f]{8}$/.test(name) &&
      (container === undefined || name.slice(PREFIX.length, -9) === container),
  )
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(parent, name)
      const state = await lstat(path).catch(() => null) // another run on this machine may be removing it
      if (!state?.isDirectory() || state.uid !== process.geteuid?.()) return []
      return [{ path, modifiedMs: state.mtimeMs }]
    }),
  )
  return found.flat()
}

/** Removes what earlier tries of a task kept. */
export async function removeEarlierCopies(parent: string, container: string): Promise<void> {
  for (const { path } of await ownCopies(parent, container)) await removeFolder(path)
}

/**
 * Writes a task's working copy, as it comes from the engine, to a new folder of the runner's own, as far as the budget
 * goes. Links come last, so that nothing is written through one.
 * @throws OverBudgetError when the archive is not read to its end; what was written before stays
 */
export async function keepCopy(archive: Readable, folder: string, budget: Budget): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  const links = new Map<string, string>()
  for await (const item of readTarWithin(archive, budget)) {
    const path = withoutRoot(item.path)
    if (path === '' || path.split('/').includes('..')) continue
    const target = item.type === 'link' ? item.target : links.get(withoutRoot(item.target))
    if (target !== undefined) links.set(path, target)
    else await keepItem(item, folder, systemPath(folder, path)).catch(unlessLeftOut(item, budget))
  }
  for (const [path, target] of links) await symlink(Buffer.from(target, 'latin1'), systemPath(folder, path))
}

async function keepItem(item: TarItem, folder: string, at: Buffer): Promise<void> {
  if (item.type === 'folder') await mkdir(at, { recursive: true })
  else if (item.type === 'hard-link') await link(systemPath(folder, withoutRoot(item.target)), at)
  else if (item.type === 'file') {
    await writeItem(at, item)
    await chmod(at, (item.mode & 0o777) | 0o600)
  }
}

/** A further name of what was left out is left out too. */
const unlessLeftOut = (item: TarItem, budget: Budget) => (error: unknown) => {
  if (item.type !== 'hard-link' || !isErrno(error, 'ENOENT')) throw error
  budget.leaveOut(item.path)
}

/** What the age-based fallback removed. */
interface Expired {
  readonly folders: string[]
  readonly bytes: number
}

/** Removes kept copies that are older than so many days (GIT-3). */
export async function removeExpired(parent: string, days: number, now: Date): Promise<Expired> {
  const folders: string[] = []
  let bytes = 0
  for (const { path, modifiedMs } of await ownCopies(parent)) {
    if (now.getTime() - modifiedMs < days * 24 * 3600 * 1000) continue
    // Another run may be removing it: what cannot be measured counts as nothing, and what cannot be removed fails below.
    bytes += await diskUse(path).catch(() => 0)
    await removeFolder(path)
    folders.push(path)
  }
  return { folders, bytes }
}

/** The bytes of all files of a folder. */
async function diskUse(folder: string): Promise<number> {
  const files = await filesBelow(folder, '')
  const sizes = await Promise.all(files.map(async (path) => (await lstat(systemPath(folder, path))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

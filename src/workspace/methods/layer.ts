import type { Stats } from 'node:fs'
import { chmod, lstat, readdir, readlink } from 'node:fs/promises'
import type { Budget } from '../../host/budget.ts'
import { isErrno, unlock } from '../../host/open-folder.ts'
import {
  type Changes,
  type FileState,
  fileMode,
  filesBelow,
  isSame,
  lookAt,
  stateOf,
  systemPath,
} from '../changes.ts'

/** The upper layer of an overlay: only what the task touched, deletions as character devices 0/0. */
export interface UpperLayer {
  readonly written: ReadonlyMap<string, FileState>
  readonly folders: ReadonlyMap<string, Stats>
  readonly whiteouts: ReadonlySet<string>
  /** Sockets, pipes and devices. */
  readonly special: readonly string[]
}

/** Something in a layer belongs to another user, whose files and folders may not be ours to read. */
export class ForeignLayerError extends Error {
  override readonly name = 'ForeignLayerError'
}

/** How many entries of a folder are looked at at once. */
const AT_ONCE = 64

/**
 * Reads a layer in its place, once nothing writes there any more: contents stay where they are. No link is followed,
 * and what its owner took its own permissions from is read all the same. What is read draws from the budget, but for
 * the bytes.
 * @throws ForeignLayerError, OverBudgetError
 */
export async function readLayer(folder: string, owner: number, budget: Budget): Promise<UpperLayer> {
  const layer = { written: new Map(), folders: new Map(), whiteouts: new Set<string>(), special: [] }
  const waiting = ['']
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const names = await namesIn(systemPath(folder, path))
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const some = names.slice(from, from + AT_ONCE).map((name) => (path === '' ? name : `${path}/${name}`))
      for (const inner of some) budget.require(inner, 0)
      await Promise.all(some.map((inner) => readEntry(folder, inner, owner, layer)))
      for (const inner of some) if (layer.folders.has(inner)) waiting.push(inner)
    }
  }
  return layer
}

async function namesIn(folder: Buffer): Promise<string[]> {
  const read = () => readdir(folder, { encoding: 'buffer' })
  const names = await read().catch(async (error: unknown) => {
    if (!isErrno(error, 'EACCES')) throw error
    await unlock(folder)
    return read()
  })
  return names.map((name) => name.toString('latin1')).sort()
}

interface Reading {
  readonly written: Map<string, FileState>
  readonly folders: Map<string, Stats>
  readonly whiteouts: Set<string>
  readonly special: string[]
}

async function readEntry(folder: string, path: string, owner: number, layer: Reading): Promise<void> {
  const at = systemPath(folder, path)
  const found = await lstat(at)
  // The kernel makes deletions as itself, for every user that asks for them.
  if (found.isCharacterDevice() && found.rdev === 0) {
    layer.whiteouts.add(path)
    return
  }
  if (owner !== 0 && found.uid !== owner) throw new ForeignLayerError(`${path} belongs to user ${found.uid}`)
  if (found.isDirectory()) layer.folders.set(path, found)
  else if (found.isSymbolicLink())
    layer.written.set(path, {
      mode: '120000',
      content: { bytes: await readlink(at, { encoding: 'buffer' }) },
    })
  else if (found.isFile()) {
    if (owner !== 0 && (found.mode & 0o400) === 0) await chmod(at, (found.mode & 0o777) | 0o400)
    layer.written.set(path, { mode: fileMode(found.mode), content: { file: at } })
  } else layer.special.push(path)
}

/**
 * What a layer changes in the folder that it lies over. `opaque` are the folders of the layer that hide what the
 * base has in their place, having been deleted and made again.
 */
export async function layerChanges(
  base: string,
  layer: UpperLayer,
  opaque: ReadonlySet<string>,
  budget: Budget,
): Promise<Changes> {
  const isIn = folderOf(base)
  const old = async (path: string) => ((await isIn(parentOf(path))) ? stateOf(base, path) : null)
  const filesAt = async (path: string) => ((await isIn(parentOf(path))) ? filesBelow(base, path) : [])
  const written = new Map<string, FileState>()
  const deleted = new Set<string>()
  for (const path of [...layer.whiteouts, ...opaque, ...layer.special])
    for (const file of await filesAt(path)) deleted.add(file)
  for (const path of layer.folders.keys()) if ((await old(path)) !== null) deleted.add(path)
  for (const [path, state] of layer.written) {
    budget.requireTime()
    const before = await old(path)
    if (before === null) for (const file of await filesAt(path)) deleted.add(file)
    if (!(await isSame(before, state))) written.set(path, state)
  }
  for (const path of layer.written.keys()) deleted.delete(path)
  return { written, deleted, special: layer.special }
}

/** The folder that a path is in; '' is the workspace. */
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

/**
 * Whether there is a folder at a path of a base, reached without a link. What is known of a folder is not asked for
 * each of the thousands of files that a task put into it.
 */
export function folderOf(base: string): (path: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>([['', Promise.resolve(true)]])
  const look = async (path: string): Promise<boolean> => {
    if (!(await isFolder(parentOf(path)))) return false
    return (await lookAt(systemPath(base, path)))?.isDirectory() ?? false
  }
  const isFolder = (path: string): Promise<boolean> => {
    const found = known.get(path) ?? look(path)
    known.set(path, found)
    return found
  }
  return isFolder
}

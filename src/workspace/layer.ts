import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { readTar, withoutRoot, writeItem } from '../formats/tar-reader.ts'
import type { Budget } from '../host/budget.ts'
import {
  type Changes,
  type FileState,
  fileMode,
  filesBelow,
  isSame,
  sizeOf,
  stateOf,
  statInside,
} from './changes.ts'

/** The upper layer of an overlay: only what the task touched, deletions as character devices 0/0. */
export interface UpperLayer {
  readonly written: ReadonlyMap<string, FileState>
  readonly folders: ReadonlySet<string>
  readonly whiteouts: ReadonlySet<string>
  readonly special: readonly string[]
}

/**
 * Reads a layer, or a whole tree, from a tar archive of its folder; contents go into files of `store`.
 * @throws OverBudgetError
 */
export async function readLayer(archive: Readable, store: string, budget: Budget): Promise<UpperLayer> {
  const written = new Map<string, FileState>()
  const folders = new Set<string>()
  const whiteouts = new Set<string>()
  const special: string[] = []
  for await (const item of readTar(archive)) {
    const path = withoutRoot(item.path)
    if (path === '') continue
    // Each name of a file is a file of its own to git, and to whoever applies it.
    const first = item.type === 'hard-link' ? written.get(withoutRoot(item.target)) : undefined
    budget.require(path, first === undefined ? item.size : await sizeOf(first))
    if (item.type === 'folder') folders.add(path)
    else if (item.type === 'link')
      written.set(path, { mode: '120000', content: { bytes: Buffer.from(item.target, 'latin1') } })
    else if (item.type === 'file') {
      const file = Buffer.from(join(store, String(written.size)))
      await writeItem(file, item)
      written.set(path, { mode: fileMode(item.mode), content: { file } })
    } else if (item.type === 'hard-link') {
      // The kernel shares one device among all deletions, so that they are links to the first of them.
      if (first) written.set(path, first)
      else if (whiteouts.has(withoutRoot(item.target))) whiteouts.add(path)
      else special.push(path)
    } else if (item.type === 'character-device' && item.device[0] === 0 && item.device[1] === 0)
      whiteouts.add(path)
    else special.push(path)
  }
  return { written, folders, whiteouts, special }
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
  const written = new Map<string, FileState>()
  const deleted = new Set<string>()
  for (const path of [...layer.whiteouts, ...opaque])
    for (const file of await filesBelow(base, path)) deleted.add(file)
  for (const path of layer.special) for (const file of await filesBelow(base, path)) deleted.add(file)
  for (const path of layer.folders) if ((await stateOf(base, path)) !== null) deleted.add(path)
  for (const [path, state] of layer.written) {
    budget.requireTime()
    const old = await stateOf(base, path)
    if (old === null) for (const file of await filesBelow(base, path)) deleted.add(file)
    if (!(await isSame(old, state))) written.set(path, state)
  }
  for (const path of layer.written.keys()) deleted.delete(path)
  return { written, deleted, special: layer.special }
}

/** Folders of a layer that may be opaque: they stand where the base has a folder. */
export async function opaqueCandidates(base: string, layer: UpperLayer): Promise<string[]> {
  const found: string[] = []
  for (const path of layer.folders) if ((await statInside(base, path))?.isDirectory()) found.push(path)
  return found
}

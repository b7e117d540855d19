import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { IN_MEMORY, itemBytes, readTar, type TarItem, withoutRoot } from '../formats/tar-reader.ts'
import type { Budget } from '../host/budget.ts'
import { writeSparse } from '../host/sparse.ts'
import { type Changes, contentSize, type FileState, fileMode, isSame, stateOf } from './changes.ts'

/** Finds the file that a path of a whole tree is compared with. */
export type Baseline = (path: string) => Promise<FileState | null>

/**
 * What changed between a baseline and a whole tree that comes back as a tar archive. Contents that differ go
 * into files of `store`; `all` are the baseline's files, of which those that are missing were deleted.
 * What is as the baseline has it draws nothing from the budget but time.
 * @throws OverBudgetError
 */
export async function treeChanges(
  archive: Readable,
  all: ReadonlySet<string>,
  baseline: Baseline,
  store: string,
  budget: Budget,
): Promise<Changes> {
  const written = new Map<string, FileState>()
  const deleted = new Set(all)
  const special: string[] = []
  let count = 0
  for await (const item of readTar(archive)) {
    const path = withoutRoot(item.path)
    budget.requireTime()
    if (path === '' || item.type === 'folder') continue
    const isNew = item.size > IN_MEMORY && !(await isAsLarge(path, item, baseline))
    if (isNew) budget.require(path, item.size)
    const file = join(store, String(count++))
    const state = await stateOfItem(item, file, written, baseline)
    if (state === null) {
      budget.require(path, 0)
      special.push(path)
      continue
    }
    deleted.delete(path)
    if (!(await isSame(await baseline(path), state))) {
      // Each name of a file is a separate file to git, and to the user who applies it.
      if (!isNew) budget.require(path, item.type === 'hard-link' ? await contentSize(state) : item.size)
      written.set(path, await onDisk(state, file))
    } else if (item.type === 'file') await rm(file, { force: true }) // a hard link's content is another's
  }
  return { written, deleted, special }
}

/** Whether a large file may be the baseline's. One of another size is not read before it is known to be wanted. */
async function isAsLarge(path: string, item: TarItem, baseline: Baseline): Promise<boolean> {
  const old = await baseline(path)
  return old !== null && (await contentSize(old)) === item.size
}

/** What changed is kept until it is written to the record: not all of it in memory. */
async function onDisk(state: FileState, file: string): Promise<FileState> {
  if (state.mode === '120000' || 'file' in state.content) return state
  await writeFile(file, state.content.bytes)
  return { mode: state.mode, content: { file: Buffer.from(file) } }
}

async function stateOfItem(
  item: TarItem,
  file: string,
  written: ReadonlyMap<string, FileState>,
  baseline: Baseline,
): Promise<FileState | null> {
  if (item.type === 'link') return { mode: '120000', content: { bytes: Buffer.from(item.target, 'latin1') } }
  if (item.type === 'hard-link') {
    const first = withoutRoot(item.target)
    return written.get(first) ?? baseline(first)
  }
  if (item.type !== 'file') return null
  const mode = fileMode(item.mode)
  // What is compared in memory never touches the disk, unless it changed.
  if (item.size <= IN_MEMORY) return { mode, content: { bytes: await itemBytes(item) } }
  await writeSparse(file, item.content)
  return { mode, content: { file: Buffer.from(file) } }
}

/** The baseline that a folder of the runner is. */
export const folderBaseline =
  (folder: string): Baseline =>
  (path) =>
    stateOf(folder, path)

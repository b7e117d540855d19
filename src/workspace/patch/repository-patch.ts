import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { withView } from '../../host/git-view.ts'
import { type Changes, contentSize, isClosed, isEmpty } from '../changes.ts'
import type { Baseline } from '../tree.ts'
import { whole } from './change-files.ts'
import { boundedBy, orElse, PATCH_MS } from './git-attempt.ts'
import type { GitIndex } from './git-index.ts'
import { keepLfsFiles } from './lfs-files.ts'
import { only, type Part } from './parts.ts'
import { patchRepository, writePatch } from './patch.ts'
import { storedForms } from './stored.ts'
import { type Moved, named, type Stored } from './stored-forms.ts'
import type { Writing } from './writing.ts'

interface PatchRequest {
  readonly part: Part
  readonly changes: Changes
  readonly index: GitIndex
  readonly submodules: ReadonlyMap<string, Moved>
  readonly view: Parameters<Parameters<typeof withView>[1]>[0]
  readonly objectFormat: string
}

interface PatchResult {
  readonly patch: string | null
  readonly archived: Changes
  readonly lfsFiles: number
}

/** The patch of a repository's changes; where git cannot write it, they are to be archived. */
export async function patchOf(
  { part, changes: all, index, submodules, view, objectFormat }: PatchRequest,
  { tree, baseline, scratch, files, bounds: within10, warn }: Writing,
): Promise<PatchResult> {
  const bounds = boundedBy(PATCH_MS, within10)
  const nothing = { patch: null, archived: only(all, () => false), lfsFiles: 0 }
  if (isEmpty(all) && submodules.size === 0) return nothing
  const changes = await withoutClosed(all, tree, warn)
  const write = async (): Promise<PatchResult> => {
    const { folders } = part.place
    const repository = await patchRepository(scratch, objectFormat, bounds)
    const request = { view, folders, tree, changes, baseline, repository, index, submodules, scratch, bounds }
    const stored = await storedForms(request)
    const large = await tooLarge(changes, baseline, stored)
    if (large !== null) {
      warn(
        `There is no patch but changes.tar: ${named([large])} is over 1 GiB, which git holds in memory for a patch`,
      )
      return { ...nothing, archived: all }
    }
    for (const warning of stored.warnings) warn(warning)
    await mkdir(dirname(files.patch), { recursive: true })
    const content = { changes, baseline, stored }
    const isThere = await whole([files.patch], () =>
      writePatch(content, repository, scratch, files.patch, bounds),
    )
    await whole([files.lfs], () => keepLfsFiles(stored.lfs, files.lfs))
    return { ...nothing, patch: isThere ? files.patch : null, lfsFiles: stored.lfs.size }
  }
  return orElse(within10, write, async (why) => {
    warn(`There is no patch but changes.tar: git cannot write it (${why})`)
    return { ...nothing, archived: all }
  })
}

/** What was there before and may not be read cannot be in a patch, and costs nothing else. */
async function withoutClosed(
  changes: Changes,
  tree: string,
  warn: (message: string) => void,
): Promise<Changes> {
  const closed = new Set<string>()
  for (const path of [...changes.written.keys(), ...changes.deleted])
    if (await isClosed(tree, path)) closed.add(path)
  if (closed.size === 0) return changes
  warn(
    `Not in the patch, for the runner’s user may not read what was there before: ${named([...closed])}. Give the files to that user, or let it read them`,
  )
  return only(changes, (path) => !closed.has(path))
}

/** Git holds both states of a file in memory for its patch, and again to apply it. */
const LARGEST_IN_PATCH = 1024 ** 3

async function tooLarge(
  { written, deleted }: Changes,
  baseline: Baseline,
  { before, after }: Stored,
): Promise<string | null> {
  for (const path of [...written.keys(), ...deleted]) {
    const states = [after.get(path) ?? written.get(path), before.get(path) ?? (await baseline(path))]
    for (const state of states)
      if (state && !('id' in state) && (await contentSize(state)) > LARGEST_IN_PATCH) return path
  }
  return null
}

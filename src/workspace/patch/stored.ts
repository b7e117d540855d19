import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Changes } from '../changes.ts'
import type { Baseline } from '../tree.ts'
import { type GitIndex, SUBMODULE } from './git-index.ts'
import { formsOfSides, lineEndSettings } from './stored-attributes.ts'
import { convert } from './stored-conversion.ts'
import { filterStates } from './stored-filters.ts'
import type { Forms, GitState, Sides, Stored, StoredRequest, StoredState } from './stored-forms.ts'

/**
 * How git would store both states of what changed, as the checkout's attributes say: line ends, `ident` and encodings
 * are git's own work, pointers of Git LFS are made here, and no other filter is run, for filters are programs. What is in
 * the checkout as it was checked out is stored as it was committed.
 * @throws GitError
 */
export async function storedForms(request: StoredRequest): Promise<Stored> {
  const { changes, baseline, index, submodules } = request
  const stored: Forms = { before: new Map(), after: new Map(), lfs: new Map(), warnings: [] }
  for (const [path, { before, after }] of submodules) {
    if (index.get(path)?.mode !== SUBMODULE || before === null || after === null) continue
    stored.before.set(path, { mode: SUBMODULE, id: before })
    stored.after.set(path, { mode: SUBMODULE, id: after })
  }
  await keepSkipped(changes, baseline, index, stored)
  const settings = await lineEndSettings(request)
  const sides = await formsOfSides(request, settings.length > 0)
  const paths = sides === null ? stored.before.keys() : [...changes.written.keys(), ...changes.deleted]
  await copyBlobs(request, paths)
  if (sides === null) return stored
  await filterStates(request, sides, stored)
  for (const side of ['before', 'after'] as const) await convert(request, side, sides, settings, stored)
  await keepCommitted(request, sides, stored)
  return stored
}

/** Copies the blobs that the index has of paths. */
async function copyBlobs(
  { view, repository, index, bounds }: StoredRequest,
  paths: Iterable<string>,
): Promise<void> {
  const entries = [...paths].flatMap((path) => index.get(path) ?? [])
  const ids = new Set(entries.flatMap(({ mode, id }) => (mode === SUBMODULE ? [] : [id])))
  if (ids.size === 0) return
  const input = Buffer.from([...ids].map((id) => `${id}\n`).join(''))
  const packs = join(repository.gitDir, 'objects', 'pack')
  await mkdir(packs, { recursive: true })
  await view.git(['pack-objects', '--quiet', join(packs, 'pack')], { ...bounds, input })
}

/** A file that a sparse checkout leaves out is there all the same: a task that writes it changes it. */
async function keepSkipped(
  { written }: Changes,
  baseline: Baseline,
  index: GitIndex,
  { before }: Forms,
): Promise<void> {
  for (const path of written.keys()) {
    const entry = index.get(path)
    if (entry?.isSkipped && (await baseline(path)) === null) before.set(path, entry)
  }
}

/** What the checkout has as it was checked out is stored as it was committed, whatever made its form. */
async function keepCommitted(
  { view, tree, changes, baseline, index, bounds }: StoredRequest,
  sides: Sides,
  { before }: Forms,
): Promise<void> {
  const doubtful: (readonly [string, StoredState])[] = []
  for (const path of new Set([...changes.written.keys(), ...changes.deleted])) {
    const entry = index.get(path)
    const state = before.get(path)
    if (!entry || entry.isSkipped || !/^100/.test(entry.mode) || isOf(state, entry)) continue
    const isConverted = state !== undefined || typeof sides.before.get(path)?.filter === 'string'
    if (isConverted && (await baseline(path)) !== null) doubtful.push([path, entry])
  }
  if (doubtful.length === 0) return
  const args = [
    'diff-files',
    '-z',
    '--name-only',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=all',
  ]
  const listed = await view.git(args, { ...bounds, workTree: tree, encoding: 'latin1' })
  const modified = new Set(listed.split('\0'))
  for (const [path, entry] of doubtful) if (!modified.has(path)) before.set(path, entry)
}

const isOf = (state: GitState | null | undefined, { id }: StoredState): boolean =>
  state != null && 'id' in state && state.id === id

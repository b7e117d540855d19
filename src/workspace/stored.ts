import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GitBounds, GitError, git, type Repository } from '../host/git.ts'
import { readConfig } from '../host/git-config.ts'
import type { GitFolders } from '../host/git-folders.ts'
import type { View } from '../host/git-view.ts'
import { readSmall } from '../host/read-file.ts'
import { type Form, formsIn, layOut, layOutRules, stateAfter } from './attributes.ts'
import { type Changes, chunksOf, type FileState, isSame } from './changes.ts'
import { type GitIndex, readIndex, SUBMODULE } from './git-index.ts'
import { lfsFileOf } from './lfs.ts'
import type { Baseline } from './tree.ts'

/** A state that git has already: a blob or, with mode 160000, the commit of a submodule. */
export interface StoredState {
  readonly mode: string
  readonly id: string
}

/** A path's state as git stores it: what is in the working tree, the same in another form, or what git has already. */
export type GitState = FileState | StoredState

/** Where the stored form of a path is not what is in the working tree. Null: git has no such file. */
export interface Stored {
  readonly before: ReadonlyMap<string, GitState | null>
  readonly after: ReadonlyMap<string, GitState | null>
  /** Contents of Git LFS by their SHA-256: the patch has pointers to them. */
  readonly lfs: ReadonlyMap<string, FileState>
  readonly warnings: readonly string[]
}

/** What stored forms are found from. */
export interface StoredRequest {
  readonly view: View
  readonly folders: GitFolders
  /** The working tree that the baseline is of. */
  readonly tree: string
  readonly changes: Changes
  readonly baseline: Baseline
  /** A repository of our own, for what git stores. */
  readonly repository: Repository
  readonly index: GitIndex
  /** The commits of submodules that moved. */
  readonly submodules: ReadonlyMap<string, Moved>
  readonly scratch: string
  readonly bounds: GitBounds
}

/** The commit that a repository had checked out before the task, and after. */
export interface Moved {
  readonly before: string | null
  readonly after: string | null
}

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

interface Forms extends Stored {
  readonly before: Map<string, GitState | null>
  readonly after: Map<string, GitState | null>
  readonly lfs: Map<string, FileState>
  readonly warnings: string[]
}

type Side = 'before' | 'after'
type Sides = Readonly<Record<Side, ReadonlyMap<string, Form>>>

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

/** Settings of a checkout that say how lines end, and name no program. */
const LINE_ENDS = { 'core.autocrlf': /^(true|input)$/, 'core.eol': /^(lf|crlf|native)$/ } as const

async function lineEndSettings({ folders, bounds }: StoredRequest): Promise<string[]> {
  const settings = await readConfig(join(folders.common, 'config'), bounds)
  return Object.entries(LINE_ENDS).flatMap(([name, form]) => {
    const value = settings.findLast(({ key }) => key === name)?.value ?? ''
    return form.test(value) ? [`${name}=${value}`] : []
  })
}

const ATTRIBUTES = '.gitattributes'
const LONGEST_ATTRIBUTES = 1024 ** 2

/** What the attributes before and after say; null where there are none. */
async function formsOfSides(request: StoredRequest, convertsAll: boolean): Promise<Sides | null> {
  const { view, folders, changes, baseline, repository, scratch, bounds } = request
  const paths = [...changes.written.keys(), ...changes.deleted]
  const workTrees = { before: join(scratch, 'before'), after: join(scratch, 'after') }
  await layOutRules(paths, ATTRIBUTES, baseline, workTrees.before)
  await layOutRules(paths, ATTRIBUTES, stateAfter(changes, baseline), workTrees.after)
  // One that is gone would be taken from the index.
  for (const path of changes.deleted)
    if (path === ATTRIBUTES || path.endsWith(`/${ATTRIBUTES}`))
      await layOut(workTrees.after, path, { mode: '100644', content: { bytes: Buffer.alloc(0) } })
  const own = await readSmall(join(folders.common, 'info', 'attributes'), LONGEST_ATTRIBUTES)
  if (own !== null)
    for (const gitDir of [view.gitDir, repository.gitDir]) {
      await mkdir(join(gitDir, 'info'), { recursive: true })
      await writeFile(join(gitDir, 'info', 'attributes'), own)
    }
  const [before, after] = await Promise.all(
    [workTrees.before, workTrees.after].map((folder) => formsIn(view, folder, paths, convertsAll, bounds)),
  )
  const isPlain = (form: Form) => !form.isText && !form.hasIdent && !form.hasEncoding && form.filter === null
  const sides = { before: before ?? new Map(), after: after ?? new Map() }
  return [...sides.before.values(), ...sides.after.values()].every(isPlain) ? null : sides
}

/** Files with a filter: those of Git LFS as pointers; of others what is there, for no program is run. */
async function filterStates(
  { changes, baseline }: StoredRequest,
  sides: Sides,
  { before, after, lfs, warnings }: Forms,
): Promise<void> {
  const unfiltered = new Map<string, string[]>()
  for (const path of new Set([...changes.written.keys(), ...changes.deleted])) {
    const old = before.has(path) ? null : await baseline(path)
    if (isFile(old) && sides.before.get(path)?.filter === 'lfs')
      before.set(path, (await lfsFileOf(old)).pointer)
    const state = changes.written.get(path)
    const filter = sides.after.get(path)?.filter
    if (!isFile(state) || !filter) continue
    if (filter === 'lfs') {
      const { pointer, object } = await lfsFileOf(state)
      after.set(path, pointer)
      // What the task only fetched is where it was fetched from.
      const isKnown = isFile(old) && (await isSame((await lfsFileOf(old)).pointer, pointer))
      if (object !== null && !isKnown) lfs.set(object.id, object.content)
    } else unfiltered.set(filter, [...(unfiltered.get(filter) ?? []), path])
  }
  for (const [filter, paths] of unfiltered)
    warnings.push(
      `The filter ${filter} of .gitattributes is a program and was not run: in the patch as the task left them are ${named(paths)}`,
    )
}

const isFile = (state: FileState | null | undefined): state is FileState =>
  state != null && state.mode !== '120000'

/** What a list of paths says to people. */
export function named(paths: readonly string[]): string {
  const first = paths.slice(0, NAMED).map((path) => Buffer.from(path, 'latin1').toString('utf8'))
  return `${first.join(', ')}${paths.length > NAMED ? ` and ${paths.length - NAMED} more` : ''}`
}

const NAMED = 5

/** Lets git itself store the files of one side whose form may differ. */
async function convert(
  request: StoredRequest,
  side: Side,
  sides: Sides,
  settings: readonly string[],
  stored: Forms,
): Promise<void> {
  const { changes, baseline, repository, index, scratch, bounds } = request
  const workTree = join(scratch, side)
  const found = new Map<string, FileState>()
  const paths = side === 'before' ? [...changes.written.keys(), ...changes.deleted] : changes.written.keys()
  for (const path of paths) {
    const state = side === 'before' ? await baseline(path) : changes.written.get(path)
    const form = sides[side].get(path)
    if (!isFile(state) || !form || stored[side].has(path) || !(await isConverted(form, state))) continue
    await layOut(workTree, path, state)
    found.set(path, state)
  }
  if (found.size === 0) return
  const add = (list: Iterable<string>) =>
    addTo({ ...repository, workTree }, [...list], index, settings, bounds)
  const ids = await add(found.keys()).catch(async (error: unknown) => {
    if (!(error instanceof GitError) || bounds.signal?.aborted) throw error
    return addEach(add, found.keys(), stored.warnings)
  })
  for (const [path, id] of ids) stored[side].set(path, { mode: found.get(path)?.mode ?? '100644', id })
}

/** A file that is not in the encoding that its attributes name costs itself alone. */
async function addEach(
  add: (paths: string[]) => Promise<Map<string, string>>,
  paths: Iterable<string>,
  warnings: string[],
): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const path of paths)
    try {
      for (const [one, id] of await add([path])) ids.set(one, id)
    } catch (error) {
      if (!(error instanceof GitError)) throw error
      warnings.push(
        `In the patch as it is in the working tree: ${named([path])}, which git cannot store as .gitattributes says`,
      )
    }
  return ids
}

/** Line ends can only differ where there is a carriage return. */
async function isConverted({ isText, hasIdent, hasEncoding }: Form, state: FileState): Promise<boolean> {
  if (hasIdent || hasEncoding) return true
  if (!isText) return false
  for await (const chunk of chunksOf(state)) if (chunk.includes(0x0d)) return true
  return false
}

/**
 * The blobs that git makes of files of a working tree. What the index has of them goes with them, for git leaves line
 * ends alone where they were committed so.
 */
async function addTo(
  repository: Repository,
  paths: readonly string[],
  index: GitIndex,
  settings: readonly string[],
  bounds: GitBounds,
): Promise<Map<string, string>> {
  await rm(join(repository.gitDir, 'index'), { force: true })
  const how = { ...bounds, settings: ['core.safecrlf=false', ...settings], encoding: 'latin1' } as const
  const known = paths.flatMap((path) => {
    const entry = index.get(path)
    return entry && /^100/.test(entry.mode) ? [`${entry.mode} ${entry.id} 0\t${path}\0`] : []
  })
  const update = (args: string[], lines: readonly string[]) =>
    git(repository, ['update-index', '-z', ...args], { ...how, input: Buffer.from(lines.join(''), 'latin1') })
  if (known.length > 0) await update(['--index-info'], known)
  await update(
    ['--add', '--stdin'],
    paths.map((path) => `${path}\0`),
  )
  const view = { gitDir: repository.gitDir, git: (args: readonly string[]) => git(repository, args, how) }
  const wanted = new Set(paths)
  return new Map(
    [...(await readIndex(view))].flatMap(([path, { id }]) => (wanted.has(path) ? [[path, id]] : [])),
  )
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

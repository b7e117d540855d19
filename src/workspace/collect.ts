import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Budget } from '../host/budget.ts'
import { type GitBounds, GitError } from '../host/git.ts'
import { withView } from '../host/git-view.ts'
import { writeArchive } from './archive.ts'
import { type Changes, foldersAbove, inGitFolder, isClosed, sizeOf } from './changes.ts'
import { type Commits, writeBundle } from './commits.ts'
import { type GitIndex, readIndex, SUBMODULE } from './git-index.ts'
import { globsOfFiles } from './ignore-file.ts'
import { keepLfsFiles } from './lfs-files.ts'
import { only, type Part, type Place, partsOf, placeOf, placesOf, renamed, together, under } from './parts.ts'
import { patchRepository, withoutIgnored, writePatch } from './patch.ts'
import { formatsIn } from './repository.ts'
import { type Moved, named, type Stored, storedForms } from './stored.ts'
import type { Baseline } from './tree.ts'
import type { CollectedChanges } from './workspace.ts'

/** Where changes go in the record. */
export interface ChangeFiles {
  readonly patch: string
  readonly bundle: string
  readonly tar: string
  readonly deleted: string
  /** A folder for contents of Git LFS, as below `.git/lfs`. */
  readonly lfs: string
  /** A folder for the same files of further repositories, by their paths. */
  readonly repositories: string
}

/** What a user wants of changes. */
export interface ChangeWishes {
  /** Globs of files that count although git ignores them. */
  readonly includeIgnored?: readonly string[]
  /** The folder of the repository whose changes are the patch, relative to the workspace. */
  readonly repositoryPath?: string | undefined
  /** The task's working directory, relative to the workspace: its repository comes next. */
  readonly workdir?: string | undefined
}

/** What was written of one repository. */
export interface RepositoryReport {
  /** Relative to the workspace, as text; empty for the workspace's own. */
  readonly path: string
  readonly patch: string | null
  readonly bundle: string | null
  /** References in the bundle. */
  readonly commits: number
  /** Contents of Git LFS that the patch has pointers to, and their folder. */
  readonly lfsFiles: number
  readonly lfs: string
}

/** What was written of a task's changes. */
export interface ChangeReport {
  /** The changes of the working tree, without what git ignores. */
  readonly changes: Changes
  readonly ignored: number
  /** The patch, or the archive outside of a repository; null where nothing changed. */
  readonly file: string | null
  /** References in the bundle of commits. */
  readonly commits: number
  /** Why there is no bundle of the commits that the task made; null where there is, or it made none. */
  readonly commitsLost: string | null
  /** What the user should know: why there is less than a patch and a bundle. */
  readonly warnings: readonly string[]
  /** The repository that the patch is of; null where there is none. */
  readonly main: RepositoryReport | null
  /** Further repositories with changes of their own. */
  readonly repositories: readonly RepositoryReport[]
}

/**
 * Writes a task's changes into the record: for each repository a patch and a bundle of commits, and an archive where git
 * has no say.
 * @throws OverBudgetError when there is no time left
 */
export async function writeChanges(
  collected: CollectedChanges,
  scratch: string,
  files: ChangeFiles,
  budget: Budget,
  wishes: ChangeWishes = {},
): Promise<ChangeReport> {
  const { changes, base } = collected
  if (isEmpty(changes)) return { ...NOTHING, changes: only(changes, (path) => !inGitFolder(path)) }
  const bounds = { signal: budget.signal }
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  // All that takes long asks for one file after the other.
  const baseline: Baseline = (path) => {
    budget.requireTime()
    return collected.baseline(path)
  }
  const draw = drawing(collected, budget)
  const tree = collected.tree ?? base
  await mkdir(scratch, { recursive: true })
  const wished = [wishes.repositoryPath, wishes.workdir].flatMap((path) => pathOf(path) ?? [])
  const looked = wished.flatMap((path) => [...foldersAbove(path), path])
  const places = await placesOf(changes, looked, { base, tree, bounds, refuses: refusals(warn) })
  const main = mainOf(places, changes, wishes, warn)
  const { parts, rest } = partsOf(changes, places)
  const context: Context = { tree, baseline, scratch, files, bounds, main, places, warn, wishes, draw }
  const done: PartReport[] = []
  for (const part of innermostFirst(parts)) done.push(await writePart(part, done, context))
  const left = only(rest, (path) => !inGitFolder(path) || places.length === 0)
  await draw(left)
  const archived = together([left, ...done.map(({ archived }) => archived)])
  const own = done.find(({ place }) => place === main)
  const tar = await archive(archived, files)
  const isSet = (one: PartReport) => one.report.patch !== null || one.report.bundle !== null
  return {
    changes: together([left, ...done.map(({ kept }) => kept)]),
    ignored: done.reduce((sum, { ignored }) => sum + ignored, 0),
    file: own?.report.patch ?? tar,
    commits: own?.report.commits ?? 0,
    commitsLost: done.find(({ commitsLost }) => commitsLost !== null)?.commitsLost ?? null,
    warnings,
    main: own?.report ?? null,
    repositories: done.filter((one) => one !== own && isSet(one)).map(({ report }) => report),
  }
}

/** A path of the workspace as users write it, in bytes; null where it leads out of it or is the workspace's own. */
function pathOf(path: string | undefined): string | null {
  if (path === undefined) return null
  const clean = Buffer.from(join('/', path).slice(1).replace(/\/+$/, '')).toString('latin1')
  return clean === '' ? null : clean
}

const refusals = (warn: (message: string) => void) => (path: string, why: string) =>
  warn(
    path === ''
      ? `There is no patch but changes.tar, and no bundle of commits: git cannot read the checkout (${why})`
      : `The repository in ${named([path])} has no patch of its own: git cannot read it (${why})`,
  )

/** The repository that the patch is of. */
function mainOf(
  places: readonly Place[],
  { written, deleted }: Changes,
  { repositoryPath, workdir }: ChangeWishes,
  warn: (message: string) => void,
): Place | null {
  if (repositoryPath !== undefined) {
    const asked = places.find(({ path }) => path === (pathOf(repositoryPath) ?? ''))
    if (asked === undefined)
      warn(
        `There is no patch of ${repositoryPath}: repository-path names no git repository that was there before the task`,
      )
    return asked ?? null
  }
  const own = places.find(({ path }) => path === '') ?? null
  // A submodule is a part of the repository around it.
  const around = placeOf(`${pathOf(workdir) ?? ''}/.`, places)
  if (around !== null && (own === null || around.gitPath === `${around.path}/.git`)) return around
  if (own !== null) return own
  const changed = new Set([...written.keys(), ...deleted].flatMap((path) => placeOf(path, places) ?? []))
  const [first = null] = changed
  return changed.size === 1 ? first : null
}

const innermostFirst = (parts: readonly Part[]): Part[] =>
  parts.toSorted((one, other) => other.place.path.length - one.place.path.length)

/** What all parts of a task's changes are written with. */
interface Context {
  readonly tree: string
  readonly baseline: Baseline
  readonly scratch: string
  readonly files: ChangeFiles
  readonly bounds: GitBounds
  readonly main: Place | null
  readonly places: readonly Place[]
  readonly wishes: ChangeWishes
  readonly warn: (message: string) => void
  readonly draw: (changes: Changes) => Promise<void>
}

/** What became of one repository's changes; paths are the workspace's. */
interface PartReport {
  readonly place: Place
  readonly report: RepositoryReport
  readonly kept: Changes
  readonly ignored: number
  readonly archived: Changes
  readonly moved: Moved | null
  readonly commitsLost: string | null
}

async function writePart(part: Part, inner: readonly PartReport[], context: Context): Promise<PartReport> {
  const { place } = part
  const { bounds, warn } = context
  const own = { ...context, ...ownOf(place, context) }
  await mkdir(own.scratch, { recursive: true })
  const { changes, ignored } = await keptOf(part, own)
  await own.draw(changes)
  const formats = await formatsIn(place.folders)
  const [commits, commitsLost] = await bundleOf(part, formats, own)
  const submodules = new Map(
    inner.flatMap(({ place: { path }, moved }): [string, Moved][] =>
      moved !== null && placeOf(path, context.places) === place
        ? [[path.slice(place.path === '' ? 0 : place.path.length + 1), moved]]
        : [],
    ),
  )
  const { patch, archived, lfsFiles } = await withView(
    place.folders,
    async (view) => {
      const index = await readIndex(view, within(PATCH_MS, bounds)).catch(unlessAborted(bounds, new Map()))
      const { inside, outside } = withoutUnread(changes, index)
      if (outside.size > 0)
        warn(
          `Not in the patch but in changes.tar: files of the submodules ${named([...outside])}, which the checkout does not have`,
        )
      const request = { part, changes: inside, index, submodules, view, objectFormat: formats.objects }
      const result = await patchOf(request, own)
      const leftOut = only(changes, (path) => !inside.written.has(path) && !inside.deleted.has(path))
      return { ...result, archived: together([result.archived, leftOut]) }
    },
    { scratch: own.scratch },
  )
  const toWorkspace = (some: Changes) => renamed(some, (path) => under(place.path, path))
  const count = commits?.count ?? 0
  return {
    place,
    report: {
      path: Buffer.from(place.path, 'latin1').toString('utf8'),
      patch,
      bundle: count > 0 ? own.files.bundle : null,
      commits: count,
      lfsFiles,
      lfs: own.files.lfs,
    },
    kept: toWorkspace(changes),
    ignored,
    archived: toWorkspace(archived),
    moved: commits !== null && commits.before !== commits.after ? commits : null,
    commitsLost,
  }
}

/** Where the parts of one repository are: its baseline by its own paths, its files and its scratch folder. */
function ownOf(place: Place, { tree, baseline, scratch, files, main }: Context) {
  const isMain = place === main
  const folder = join(files.repositories, portable(place.path))
  return {
    tree: place.path === '' ? tree : place.folder,
    baseline: ((path) =>
      path.startsWith('.git/') && place.gitPath !== null
        ? baseline(`${place.gitPath}/${path.slice('.git/'.length)}`)
        : baseline(under(place.path, path))) satisfies Baseline,
    scratch: join(scratch, isMain ? 'main' : `at-${portable(place.path).replaceAll('/', '%2f')}`),
    files: isMain ? files : changeFiles(folder),
  }
}

/** A path of bytes as one that can be uploaded. */
const portable = (path: string): string =>
  path.replace(/[^\w./-]|(?<=\/|^)\.+(?=\/|$)/g, (text) =>
    [...text].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  )

/** What of a repository's changes counts, told what does not. */
async function keptOf(
  { place, tree: changes }: Part,
  { baseline, scratch, bounds, wishes, warn }: Context,
): Promise<{ changes: Changes; ignored: number }> {
  const isWanted = globsOfFiles(wishes.includeIgnored ?? [])
  return orElse(
    bounds,
    () =>
      withoutIgnored(place.folder, changes, baseline, scratch, within(IGNORE_MS, bounds), (path) =>
        isWanted(Buffer.from(under(place.path, path), 'latin1').toString('utf8')),
      ),
    async (why) => {
      warn(`Nothing is left out as ignored: git cannot say what .gitignore ignores (${why})`)
      return { changes: only(changes, (path) => !inGitFolder(path)), ignored: 0 }
    },
  )
}

/** The bundle of a repository's commits, or why there is none. */
async function bundleOf(
  { place, git: changes }: Part,
  { objects, references }: { readonly objects: string; readonly references: string },
  { baseline, scratch, files, bounds, warn }: Context,
): Promise<[Commits | null, string | null]> {
  if (references !== 'files') {
    warn(`Commits of the task are not collected: the checkout keeps its references as ${references}`)
    return [null, null]
  }
  if (place.gitPath === null || changes.written.size + changes.deleted.size === 0) return [null, null]
  const source = { base: place.folder, gitFolder: place.folders.own, objectFormat: objects }
  const write = async () => {
    await mkdir(dirname(files.bundle), { recursive: true })
    return writeBundle(source, changes, baseline, scratch, files.bundle, within(PATCH_MS, bounds))
  }
  try {
    return [await whole([files.bundle], write), null]
  } catch (error) {
    return [null, messageOf(error)]
  }
}

/** Changes without those in submodules that the checkout does not have: a patch cannot reach into them. */
function withoutUnread(changes: Changes, index: GitIndex): { inside: Changes; outside: ReadonlySet<string> } {
  const outside = new Set<string>()
  const inside = only(changes, (path) => {
    const submodule = foldersAbove(path).find((folder) => index.get(folder)?.mode === SUBMODULE)
    if (submodule !== undefined) outside.add(submodule)
    return submodule === undefined
  })
  return { inside, outside }
}

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
async function patchOf(
  { part, changes: all, index, submodules, view, objectFormat }: PatchRequest,
  { tree, baseline, scratch, files, bounds: within10, warn }: Context,
): Promise<PatchResult> {
  const bounds = within(PATCH_MS, within10)
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

function unlessAborted<T>({ signal }: GitBounds, otherwise: T): (error: unknown) => T {
  return (error) => {
    if (!(error instanceof GitError) || signal?.aborted) throw error
    return otherwise
  }
}

/**
 * Draws for what goes into the record. What git ignores, and what was read where the task left it, has cost nothing yet.
 * Throws OverBudgetError.
 */
const drawing =
  ({ isDrawn }: CollectedChanges, budget: Budget) =>
  async ({ written }: Changes): Promise<void> => {
    if (isDrawn) return
    for (const [path, state] of written) budget.requireBytes(path, await sizeOf(state))
  }

const NOTHING: Omit<ChangeReport, 'changes'> = {
  ignored: 0,
  file: null,
  commits: 0,
  commitsLost: null,
  warnings: [],
  main: null,
  repositories: [],
}

/** Rules of what is ignored may be written such that git tries for ever; for 100,000 paths it takes a second. */
const IGNORE_MS = 30_000
/** Of contents that cannot be made smaller git writes some 2 MB a second. */
const PATCH_MS = 10 * 60_000

const within = (timeoutMs: number, { signal, timeoutMs: most = timeoutMs }: GitBounds): GitBounds => ({
  signal,
  timeoutMs: Math.min(timeoutMs, most),
})

/** What git cannot do is done otherwise, told why in its words on one line; unless all is to end. */
async function orElse<T>(
  { signal }: GitBounds,
  work: () => Promise<T>,
  other: (why: string) => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof GitError) || signal?.aborted) throw error
    return other(error.message.replaceAll(/\s+/g, ' '))
  }
}

async function archive(changes: Changes, { tar, deleted }: ChangeFiles): Promise<string | null> {
  if (isEmpty(changes)) return null
  await whole([tar, deleted], () => writeArchive(changes, tar, deleted))
  return tar
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
      if (state && !('id' in state) && (await sizeOf(state)) > LARGEST_IN_PATCH) return path
  }
  return null
}

/** Files that could not be written whole are worse than none. */
async function whole<T>(files: readonly string[], write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    for (const file of files) await rm(file, { force: true, recursive: true })
    throw error
  }
}

const isEmpty = ({ written, deleted }: Changes): boolean => written.size === 0 && deleted.size === 0

/** The files of a record's changes, below its folder. */
export function changeFiles(folder: string): ChangeFiles {
  return {
    patch: join(folder, 'changes.patch'),
    bundle: join(folder, 'commits.bundle'),
    tar: join(folder, 'changes.tar'),
    deleted: join(folder, 'deleted.list'),
    lfs: join(folder, 'lfs'),
    repositories: join(folder, 'repositories'),
  }
}

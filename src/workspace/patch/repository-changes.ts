import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { withView } from '../../host/git-view.ts'
import { type Changes, foldersAbove, inGitFolder } from '../changes.ts'
import { formatsIn } from '../repository.ts'
import type { Baseline } from '../tree.ts'
import { changeFiles, whole } from './change-files.ts'
import { type Commits, writeBundle } from './commits.ts'
import { boundedBy, IGNORE_MS, orElse, PATCH_MS, unlessAborted } from './git-attempt.ts'
import { type GitIndex, readIndex, SUBMODULE } from './git-index.ts'
import { globsOfFiles } from './ignore-file.ts'
import { innermostPlace, only, type Part, type RepositoryPlace, renamed, together, under } from './parts.ts'
import { withoutIgnored } from './patch.ts'
import { patchOf } from './repository-patch.ts'
import { type Moved, named } from './stored-forms.ts'
import type { Writing } from './writing.ts'

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

/** What became of one repository's changes; paths are the workspace's. */
export interface PartReport {
  readonly place: RepositoryPlace
  readonly report: RepositoryReport
  readonly kept: Changes
  readonly ignored: number
  readonly archived: Changes
  readonly moved: Moved | null
  readonly commitsLost: string | null
}

/** Writes what the task changed in one repository, without what is left out and what those within it wrote. */
export async function writePart(
  part: Part,
  inner: readonly PartReport[],
  context: Writing,
): Promise<PartReport> {
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
      moved !== null && innermostPlace(path, context.places) === place
        ? [[path.slice(place.path === '' ? 0 : place.path.length + 1), moved]]
        : [],
    ),
  )
  const { patch, archived, lfsFiles } = await withView(
    place.folders,
    async (view) => {
      const index = await readIndex(view, boundedBy(PATCH_MS, bounds)).catch(unlessAborted(bounds, new Map()))
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
function ownOf(place: RepositoryPlace, { tree, baseline, scratch, files, main }: Writing) {
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

/** What of a repository's changes counts, given what does not. */
async function keptOf(
  { place, tree: changes }: Part,
  { baseline, scratch, bounds, wishes, warn }: Writing,
): Promise<{ changes: Changes; ignored: number }> {
  const isWanted = globsOfFiles(wishes.includeIgnored ?? [])
  return orElse(
    bounds,
    () =>
      withoutIgnored(place.folder, changes, baseline, scratch, boundedBy(IGNORE_MS, bounds), (path) =>
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
  { baseline, scratch, files, bounds, warn }: Writing,
): Promise<[Commits | null, string | null]> {
  if (references !== 'files') {
    warn(`Commits of the task are not collected: the checkout keeps its references as ${references}`)
    return [null, null]
  }
  if (place.gitPath === null || changes.written.size + changes.deleted.size === 0) return [null, null]
  const source = { base: place.folder, gitFolder: place.folders.own, objectFormat: objects }
  const write = async () => {
    await mkdir(dirname(files.bundle), { recursive: true })
    return writeBundle(source, changes, baseline, scratch, files.bundle, boundedBy(PATCH_MS, bounds))
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

import { join, relative } from 'node:path'
import { type GitBounds, GitError, GitMissingError } from '../../host/git.ts'
import { type GitFolders, gitFoldersOf } from '../../host/git-folders.ts'
import { withView } from '../../host/git-view.ts'
import { type Changes, foldersAbove, statInside } from '../changes.ts'

/** A repository in the workspace, and where its own files are in the workspace. */
export interface RepositoryPlace {
  /** Its path in the workspace, bytes as characters (latin1); empty for the workspace itself. */
  readonly path: string
  readonly folder: string
  readonly folders: GitFolders
  /** Where its git folder is in the workspace; null when that is elsewhere. */
  readonly gitPath: string | null
}

/** The changes of one repository: paths are relative to it, and its git folder is `.git`, wherever it is. */
export interface Part {
  readonly place: RepositoryPlace
  readonly tree: Changes
  readonly git: Changes
}

/** Where repositories are looked for. */
interface PlaceSearch {
  /** The folder whose git objects the task's own repository builds on. */
  readonly base: string
  /** The folder that the changes are changes of. */
  readonly tree: string
  /** A folder that only this user may enter. */
  readonly scratch: string
  readonly bounds: GitBounds
  /** Called with a repository that git cannot read, and why. */
  readonly refuses: (path: string, why: string) => void
}

/**
 * The repositories that changes are in: the workspace's own, and those of folders with their own `.git`, such as
 * submodules and further checkouts. What the task made into a repository is none: it was not there before.
 * @param others folders that are looked at as well
 */
export async function placesOf(
  changes: Changes,
  others: readonly string[],
  search: PlaceSearch,
): Promise<RepositoryPlace[]> {
  const paths = [...changes.written.keys(), ...changes.deleted].filter((path) => !isIn(path, '.git'))
  const candidates = new Set(['', ...others, ...paths.flatMap(foldersAbove)])
  const found: RepositoryPlace[] = []
  for (const path of candidates) {
    const place = await placeAt(path, search).catch((error: unknown) => {
      if (!(error instanceof GitError)) throw error
      if (!(error instanceof GitMissingError)) search.refuses(path, error.message)
      return null
    })
    if (place !== null) found.push(place)
  }
  return found
}

/** The repository of a folder of the workspace, where git can read it; null when there is none. */
async function placeAt(
  path: string,
  { base, tree, scratch, bounds }: PlaceSearch,
): Promise<RepositoryPlace | null> {
  const root = path === '' ? base : tree
  const folder = path === '' ? base : join(tree, Buffer.from(path, 'latin1').toString('utf8'))
  if ((await statInside(root, under(path, '.git'))) === null) return null
  const folders = await gitFoldersOf(folder, bounds)
  if (folders === null) return null
  await withView(folders, (view) => view.git(['rev-parse', '--git-dir'], bounds), { scratch })
  const inside = relative(root, folders.own)
  const isInside = inside !== '' && !inside.startsWith('..') && folders.own === folders.common
  return { path, folder, folders, gitPath: isInside ? Buffer.from(inside).toString('latin1') : null }
}

/** True for a path and all that is below it. */
const isIn = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`)

/** The innermost of the places that a path is in; null when it is in none. */
export function innermostPlace(path: string, places: readonly RepositoryPlace[]): RepositoryPlace | null {
  const around = places.filter((place) => isIn(path, place.path) && path !== place.path)
  return around.toSorted((one, other) => one.path.length - other.path.length).at(-1) ?? null
}

/** The changes of each place, and those that are in none. */
export function partsOf(
  changes: Changes,
  places: readonly RepositoryPlace[],
): { parts: Part[]; rest: Changes } {
  const gitFolders = places.flatMap(({ gitPath }) => gitPath ?? [])
  const isGit = (path: string) => isIn(path, '.git') || gitFolders.some((folder) => isIn(path, folder))
  const files = only(changes, (path) => !isGit(path))
  const owners = new Map<string, RepositoryPlace | null>()
  for (const path of [...files.written.keys(), ...files.deleted, ...files.special])
    owners.set(path, innermostPlace(path, places))
  const parts = places.map((place) => ({
    place,
    tree: below(
      only(files, (path) => owners.get(path) === place),
      place.path,
      '',
    ),
    git: place.gitPath === null ? NOTHING : below(changes, place.gitPath, '.git'),
  }))
  return { parts, rest: only(files, (path) => owners.get(path) === null) }
}

const NOTHING: Changes = { written: new Map(), deleted: new Set(), special: [] }

/** Those of the changes whose paths are wanted. */
export const only = (changes: Changes, isWanted: (path: string) => boolean): Changes => ({
  written: new Map([...changes.written].filter(([path]) => isWanted(path))),
  deleted: new Set([...changes.deleted].filter(isWanted)),
  special: changes.special.filter(isWanted),
})

/** Changes below a folder, as if that were another one. */
function below(changes: Changes, folder: string, name: string): Changes {
  if (folder === name) return only(changes, (path) => isIn(path, folder))
  return renamed(
    only(changes, (path) => isIn(path, folder) && path !== folder),
    (path) => under(name, path.slice(folder === '' ? 0 : folder.length + 1)),
  )
}

/** Changes with other paths. */
export const renamed = (changes: Changes, name: (path: string) => string): Changes => ({
  written: new Map([...changes.written].map(([path, state]) => [name(path), state])),
  deleted: new Set([...changes.deleted].map(name)),
  special: changes.special.map(name),
})

/** A path below a folder, which may be the workspace itself (''). */
export const under = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`)

/** Several changes together. */
export const together = (all: readonly Changes[]): Changes => ({
  written: new Map(all.flatMap(({ written }) => [...written])),
  deleted: new Set(all.flatMap(({ deleted }) => [...deleted])),
  special: all.flatMap(({ special }) => special),
})

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Budget } from '../../host/budget.ts'
import { type Changes, contentSize, foldersAbove, inGitFolder, isEmpty } from '../changes.ts'
import type { Baseline } from '../tree.ts'
import type { CollectedChanges } from '../workspace.ts'
import { writeArchive } from './archive.ts'
import { type ChangeFiles, whole } from './change-files.ts'
import {
  innermostPlace,
  only,
  type Part,
  partsOf,
  placesOf,
  type RepositoryPlace,
  together,
} from './parts.ts'
import type { PartReport, RepositoryReport } from './repository-changes.ts'
import { named } from './stored-forms.ts'
import type { ChangeWishes, Writing } from './writing.ts'

/** What was written of a task's changes. */
export interface ChangeReport {
  /** The changes of the working tree, without what git ignores. */
  readonly changes: Changes
  readonly ignored: number
  /** The patch, or the archive outside of a repository; null when nothing changed. */
  readonly file: string | null
  /** References in the bundle of commits. */
  readonly commits: number
  /** Why there is no bundle of the commits that the task made; null when there is, or it made none. */
  readonly commitsLost: string | null
  /** What the user should know: why there is less than a patch and a bundle. */
  readonly warnings: readonly string[]
  /** The repository that the patch is of; null when there is none. */
  readonly main: RepositoryReport | null
  /** Further repositories with changes. */
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
  // Most tasks change nothing: what speaks with git is loaded for the others.
  const { writePart } = await import('./repository-changes.ts')
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
  const places = await placesOf(changes, looked, { base, tree, scratch, bounds, refuses: refusals(warn) })
  const main = mainOf(places, changes, wishes, warn)
  const { parts, rest } = partsOf(changes, places)
  const context: Writing = { tree, baseline, scratch, files, bounds, main, places, warn, wishes, draw }
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

/** A path of the workspace as users write it, in bytes; null when it leads out of it or is the workspace's own. */
function pathOf(path: string | undefined): string | null {
  if (path === undefined) return null
  const clean = Buffer.from(join('/', path).slice(1).replace(/\/+$/, '')).toString('latin1')
  return clean === '' ? null : clean
}

const refusals = (warn: (message: string) => void) => (path: string, why: string) =>
  warn(
    path === ''
      ? `There is no patch but changes.tar, and no bundle of commits: git cannot read the checkout (${why})`
      : `The repository in ${named([path])} has no separate patch: git cannot read it (${why})`,
  )

/** The repository that the patch is of. */
function mainOf(
  places: readonly RepositoryPlace[],
  { written, deleted }: Changes,
  { repositoryPath, workdir }: ChangeWishes,
  warn: (message: string) => void,
): RepositoryPlace | null {
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
  const around = innermostPlace(`${pathOf(workdir) ?? ''}/.`, places)
  if (around !== null && (own === null || around.gitPath === `${around.path}/.git`)) return around
  if (own !== null) return own
  const changed = new Set(
    [...written.keys(), ...deleted].flatMap((path) => innermostPlace(path, places) ?? []),
  )
  const [first = null] = changed
  return changed.size === 1 ? first : null
}

const innermostFirst = (parts: readonly Part[]): Part[] =>
  parts.toSorted((one, other) => other.place.path.length - one.place.path.length)

/**
 * Draws for what goes into the record. What git ignores, and what was read where the task left it, has cost nothing yet.
 * Throws OverBudgetError.
 */
const drawing =
  ({ isDrawn }: CollectedChanges, budget: Budget) =>
  async ({ written }: Changes): Promise<void> => {
    if (isDrawn) return
    for (const [path, state] of written) budget.requireBytes(path, await contentSize(state))
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

async function archive(changes: Changes, { tar, deleted }: ChangeFiles): Promise<string | null> {
  if (isEmpty(changes)) return null
  await whole([tar, deleted], () => writeArchive(changes, tar, deleted))
  return tar
}

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Budget } from '../host/budget.ts'
import { type GitBounds, GitError } from '../host/git.ts'
import { writeArchive } from './archive.ts'
import { type Changes, inGitFolder, sizeOf } from './changes.ts'
import { writeBundle } from './commits.ts'
import { withoutIgnored, writePatch } from './patch.ts'
import { formatsOf, isReadable } from './repository.ts'
import type { Baseline } from './tree.ts'
import type { CollectedChanges } from './workspace.ts'

/** Where changes go in the record. */
export interface ChangeFiles {
  readonly patch: string
  readonly bundle: string
  readonly tar: string
  readonly deleted: string
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
}

/**
 * Writes a task's changes into the record: a patch and a bundle of commits, or an archive where git has no say.
 * @throws OverBudgetError when there is no time left
 */
export async function writeChanges(
  collected: CollectedChanges,
  scratch: string,
  files: ChangeFiles,
  budget: Budget,
): Promise<ChangeReport> {
  const { changes, base } = collected
  if (isEmpty(changes))
    return {
      changes: part(changes, (path) => !isGit(path)),
      ignored: 0,
      file: null,
      ...NO_COMMITS,
      warnings: [],
    }
  const bounds = { signal: budget.signal }
  // All that takes long asks for one file after the other.
  const baseline: Baseline = (path) => {
    budget.requireTime()
    return collected.baseline(path)
  }
  const tree = part(changes, (path) => !isGit(path))
  const warnings: string[] = []
  const noGit = (why: string) =>
    warnings.push(
      `There is no patch but changes.tar, and no bundle of commits: git cannot read the checkout (${why})`,
    )
  if (!(await isReadable(base, noGit, bounds))) {
    await draw(tree, collected, budget)
    return { changes: tree, ignored: 0, file: await archive(tree, files), ...NO_COMMITS, warnings }
  }
  await mkdir(scratch, { recursive: true })
  const formats = await formatsOf(base)
  const { changes: kept, ignored } = await orElse(
    bounds,
    () => withoutIgnored(base, tree, baseline, scratch, within(IGNORE_MS, bounds)),
    async (why) => {
      warnings.push(`Nothing is left out as ignored: git cannot say what .gitignore ignores (${why})`)
      return { changes: part(tree, (path) => !inGitFolder(path)), ignored: 0 }
    },
  )
  await draw(kept, collected, budget)
  const large = await tooLarge(kept, baseline)
  if (large !== null)
    warnings.push(
      `There is no patch but changes.tar: ${large} is over 1 GiB, which git holds in memory for a patch`,
    )
  if (formats.references !== 'files')
    warnings.push(
      `Commits of the task are not collected: the checkout keeps its references as ${formats.references}`,
    )
  const patch = async () => {
    if (isEmpty(kept)) return null
    const write = () =>
      writePatch(kept, baseline, formats.objects, scratch, files.patch, within(PATCH_MS, bounds))
    await whole([files.patch], write)
    return files.patch
  }
  const file =
    large === null
      ? await orElse(bounds, patch, (why) => {
          warnings.push(`There is no patch but changes.tar: git cannot write it (${why})`)
          return archive(kept, files)
        })
      : await archive(kept, files)
  const report = { changes: kept, ignored, file, ...NO_COMMITS, warnings }
  const bundle = () =>
    writeBundle(
      part(changes, isGit),
      base,
      baseline,
      formats.objects,
      scratch,
      files.bundle,
      within(PATCH_MS, bounds),
    )
  try {
    return { ...report, commits: await whole([files.bundle], bundle) }
  } catch (error) {
    return { ...report, commitsLost: messageOf(error) }
  }
}

/**
 * Draws for what goes into the record. What git ignores, and what was read where the task left it, has cost nothing yet.
 * @throws OverBudgetError
 */
async function draw({ written }: Changes, { isDrawn }: CollectedChanges, budget: Budget): Promise<void> {
  if (isDrawn) return
  for (const [path, state] of written) budget.requireBytes(path, await sizeOf(state))
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

async function tooLarge({ written, deleted }: Changes, baseline: Baseline): Promise<string | null> {
  for (const path of [...written.keys(), ...deleted])
    for (const state of [written.get(path), await baseline(path)])
      if (state && (await sizeOf(state)) > LARGEST_IN_PATCH) return path
  return null
}

const NO_COMMITS = { commits: 0, commitsLost: null }

/** Files that could not be written whole are worse than none. */
async function whole<T>(files: readonly string[], write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    for (const file of files) await rm(file, { force: true })
    throw error
  }
}

const isGit = (path: string): boolean => path === '.git' || path.startsWith('.git/')
const isEmpty = ({ written, deleted }: Changes): boolean => written.size === 0 && deleted.size === 0

function part(changes: Changes, wanted: (path: string) => boolean): Changes {
  return {
    written: new Map([...changes.written].filter(([path]) => wanted(path))),
    deleted: new Set([...changes.deleted].filter(wanted)),
    special: changes.special.filter(wanted),
  }
}

/** The files of a record's changes, below its folder. */
export function changeFiles(folder: string): ChangeFiles {
  return {
    patch: join(folder, 'changes.patch'),
    bundle: join(folder, 'commits.bundle'),
    tar: join(folder, 'changes.tar'),
    deleted: join(folder, 'deleted.list'),
  }
}

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasGit } from '../engine/git.ts'
import { writeArchive } from './archive.ts'
import type { Changes } from './changes.ts'
import { writeBundle } from './commits.ts'
import { withoutIgnored, writePatch } from './patch.ts'
import { isRepository } from './repository.ts'
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
}

/** Writes a task's changes into the record: a patch and a bundle of commits, or an archive where git has no say. */
export async function writeChanges(
  collected: CollectedChanges,
  workspace: string,
  scratch: string,
  files: ChangeFiles,
): Promise<ChangeReport> {
  const { changes, baseline, base } = collected
  const tree = part(changes, (path) => !isGit(path))
  if (!(await isRepository(workspace)) || !(await hasGit())) {
    const empty = isEmpty(tree)
    if (!empty) await whole([files.tar, files.deleted], () => writeArchive(tree, files.tar, files.deleted))
    return { changes: tree, ignored: 0, file: empty ? null : files.tar, commits: 0 }
  }
  await mkdir(scratch, { recursive: true })
  const { changes: kept, ignored } = await withoutIgnored(workspace, tree, scratch)
  const empty = isEmpty(kept)
  if (!empty) await whole([files.patch], () => writePatch(kept, baseline, scratch, files.patch))
  const commits = await whole([files.bundle], () =>
    writeBundle(part(changes, isGit), base, baseline, scratch, files.bundle),
  )
  return { changes: kept, ignored, file: empty ? null : files.patch, commits }
}

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

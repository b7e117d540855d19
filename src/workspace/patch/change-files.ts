import { rm } from 'node:fs/promises'
import { join } from 'node:path'

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

/** Files that could not be written whole are worse than none. */
export async function whole<T>(files: readonly string[], write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    for (const file of files) await rm(file, { force: true, recursive: true })
    throw error
  }
}

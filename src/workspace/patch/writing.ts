import type { GitBounds } from '../../host/git.ts'
import type { Changes } from '../changes.ts'
import type { Baseline } from '../tree.ts'
import type { ChangeFiles } from './change-files.ts'
import type { RepositoryPlace } from './parts.ts'

/** What a user wants of changes. */
export interface ChangeWishes {
  /** Globs of files that count although git ignores them. */
  readonly includeIgnored?: readonly string[]
  /** The folder of the repository whose changes are the patch, relative to the workspace. */
  readonly repositoryPath?: string | undefined
  /** The task's working directory, relative to the workspace: its repository comes next. */
  readonly workdir?: string | undefined
}

/** What all parts of a task's changes are written with. */
export interface Writing {
  readonly tree: string
  readonly baseline: Baseline
  readonly scratch: string
  readonly files: ChangeFiles
  readonly bounds: GitBounds
  readonly main: RepositoryPlace | null
  readonly places: readonly RepositoryPlace[]
  readonly wishes: ChangeWishes
  readonly warn: (message: string) => void
  readonly draw: (changes: Changes) => Promise<void>
}

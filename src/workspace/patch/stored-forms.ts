import type { GitBounds, Repository } from '../../host/git.ts'
import type { GitFolders } from '../../host/git-folders.ts'
import type { View } from '../../host/git-view.ts'
import type { Changes, FileState } from '../changes.ts'
import type { Baseline } from '../tree.ts'
import type { Form } from './attributes.ts'
import type { GitIndex } from './git-index.ts'

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
  /** Our own repository, for what git stores. */
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

/** Stored forms that are being found. */
export interface Forms extends Stored {
  readonly before: Map<string, GitState | null>
  readonly after: Map<string, GitState | null>
  readonly lfs: Map<string, FileState>
  readonly warnings: string[]
}

/** A state of what changed. */
export type Side = 'before' | 'after'
/** What the attributes of each state say of paths. */
export type Sides = Readonly<Record<Side, ReadonlyMap<string, Form>>>

/** True when there is a file, which a link is not. */
export const isFile = (state: FileState | null | undefined): state is FileState =>
  state != null && state.mode !== '120000'

/** What a list of paths says to people. */
export function named(paths: readonly string[]): string {
  const first = paths.slice(0, NAMED).map((path) => Buffer.from(path, 'latin1').toString('utf8'))
  return `${first.join(', ')}${paths.length > NAMED ? ` and ${paths.length - NAMED} more` : ''}`
}

const NAMED = 5

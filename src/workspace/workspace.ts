import type { Docker } from '../engine/docker.ts'
import type { RunnerUser } from '../engine/rootless.ts'
import type { Budget } from '../host/budget.ts'
import type { Changes } from './changes.ts'
import type { CredentialFiles } from './credential-files.ts'
import type { Baseline } from './tree.ts'

/** The methods there are, as the input `workspace` names them; `auto` chooses one. */
export const METHODS = ['overlay', 'clone', 'copy', 'bind', 'none'] as const
/** One of {@link METHODS}. */
export type WorkspaceMethod = (typeof METHODS)[number]

/** The method cannot be used with this engine or this checkout; another may. */
export class UnusableMethodError extends Error {
  override readonly name = 'UnusableMethodError'
}

/** What is mounted as the workspace: a folder of the runner, a volume, or (null) an empty folder. */
export type WorkspaceSource = { readonly folder: string } | { readonly volume: string } | null

/** The changes of a task, with what they are changes of. */
export interface CollectedChanges {
  readonly changes: Changes
  readonly baseline: Baseline
  /** The folder whose git objects the task's commits build on. */
  readonly base: string
  /** The folder that the changes are changes of, where that is another one. */
  readonly tree?: string
}

/** A task's working copy, by whatever method. */
export interface Workspace {
  readonly method: WorkspaceMethod
  /** For log and record: why this method. */
  readonly reason: string
  /** Where it appears in the container. */
  readonly path: string
  readonly source: WorkspaceSource
  /** Fills the copy: once its container exists, before it starts, with the task's user. */
  fill(container: string, user: { readonly uid: number; readonly gid: number }): Promise<void>
  /**
   * What the ended task changed; null where the method does not tell (bind, none).
   * @throws OverBudgetError where that is more than may be collected
   */
  collect(container: string, image: string, store: string, budget: Budget): Promise<CollectedChanges | null>
  /** Removes what the copy is made of, after its container is gone. */
  dispose(): Promise<void>
}

/** What a workspace is prepared from. */
export interface WorkspaceRequest {
  readonly docker: Docker
  /** Name of the container: volumes are named after it. */
  readonly name: string
  /** Labels of everything that is made. */
  readonly labels: Readonly<Record<string, string>>
  readonly runner: RunnerUser
  /** The runner's workspace, an absolute path, and the same folder as the engine names it. */
  readonly runnerPath: string
  readonly enginePath: string
  /** Where the workspace appears in the container. */
  readonly path: string
  readonly reason: string
  /** False: the task gets the commit that is checked out, and nothing else. */
  readonly uncommitted: boolean
  /** True for what tasks that apply their changes have in the runner's workspace for that while: no task's to see. */
  readonly isStaging: (path: string) => boolean
  /** Whether root in the container writes what is others' (DAC_OVERRIDE). */
  readonly rootOverrides: boolean
  /** A folder that only the runner's user may enter. */
  readonly scratch: string
  /** Aborted when the job is cancelled: what takes long is given up. */
  readonly cancel: AbortSignal
  /** Hears what credentials of other steps are in the workspace. */
  readonly onCredentials: (found: CredentialFiles) => void
  /** Hears what of the workspace is not in the task's copy, for the runner's user may not read it (bytes as characters). */
  readonly onUnread: (paths: readonly string[]) => void
}

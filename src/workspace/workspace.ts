import type { Docker } from '../engine/docker.ts'
import type { Ids, RunnerUser } from '../engine/rootless.ts'
import type { Budget } from '../host/budget.ts'
import type { Changes } from './changes.ts'
import type { CredentialFiles } from './credential-files.ts'
import type { Baseline } from './tree.ts'

/** The methods there are, as the input `workspace` names them; `auto` chooses one. */
const METHODS = ['overlay', 'clone', 'copy', 'bind', 'none'] as const
/** One of {@link METHODS}. */
export type WorkspaceMethod = (typeof METHODS)[number]

/** The method cannot be used with this engine or this checkout; another may. */
export class UnusableMethodError extends Error {
  override readonly name = 'UnusableMethodError'
}

/**
 * What is mounted as the workspace: a folder of the runner, or a volume that the container has for itself, made with
 * these options of the engine's driver `local` and gone with the container; null when it is an empty folder.
 */
export type WorkspaceMount =
  | { readonly folder: string }
  | { readonly options: Readonly<Record<string, string>> }
  | null

/** The changes of a task, with what they are changes of. */
export interface CollectedChanges {
  readonly changes: Changes
  readonly baseline: Baseline
  /** The folder whose git objects the task's commits build on. */
  readonly base: string
  /** Whether the bytes of what was written have been drawn from the budget already, as what is copied first has. */
  readonly isDrawn: boolean
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
  /** Whether the task has the runner's own folder, its own copy, or nothing. */
  readonly kind: 'shared' | 'copy' | 'empty'
  /**
   * What credentials of other steps are in the runner's workspace; null where they are not
   * looked for, or could not be, which is why the workspace cannot be mounted then.
   */
  readonly credentials: Promise<CredentialFiles | null>
  /** What of the runner's workspace is not in the copy, once that is filled: its user may not read it (bytes as characters). */
  readonly unread: readonly string[]
  /**
   * Makes what is mounted, before the container is created.
   * @throws UnusableMethodError when the method is none for this user, or the engine refuses it
   */
  mount(user: Ids): Promise<WorkspaceMount>
  /** Fills the copy through the engine, between its container's creation and start; null when nothing is missing. */
  readonly fill: ((container: string, user: Ids) => Promise<void>) | null
  /**
   * What the ended task changed; null when the method does not know it (bind, none).
   * @throws OverBudgetError when that is more than may be collected
   */
  collect(container: string, store: string, budget: Budget): Promise<CollectedChanges | null>
  /** Whether {@link collect} reads it through the task's container, which has to be there until then. */
  readonly isInContainer: boolean
  /** Removes what the copy is made of besides its container, once that is gone and what was collected is written. */
  dispose(): Promise<void>
}

/** What a workspace is prepared from. */
export interface WorkspaceRequest {
  readonly docker: Docker
  /** Name of the container: helpers are named after it. */
  readonly name: string
  /** Labels of everything that is made. */
  readonly labels: Readonly<Record<string, string>>
  /** An image that the engine has, for containers that are never started. */
  readonly image: string
  readonly runner: RunnerUser
  /** The runner's workspace, an absolute path, and the same folder as the engine names it. */
  readonly runnerPath: string
  readonly enginePath: string
  /** False when that the engine has the runner's workspace at that path, and no other folder, is to be proven. */
  readonly isCertain: boolean
  /** Where the workspace appears in the container. */
  readonly path: string
  readonly reason: string
  /** False: the task gets the commit that is checked out, and nothing else. */
  readonly uncommitted: boolean
  /** True for what tasks that apply their changes have in the runner's workspace for that while: no task's to see. */
  readonly isStaging: (path: string) => boolean
  /** Whether root in the container writes what is others' (DAC_OVERRIDE). */
  readonly rootOverrides: boolean
  /** A folder that only the runner's user may enter, and the same as the engine names it; null: not at all. */
  readonly scratch: string
  readonly engineScratch: string | null
  /** Aborted when the job is cancelled: what takes long is given up. */
  readonly cancel: AbortSignal
}

import { stat } from 'node:fs/promises'
import { TaskError } from '../errors.ts'

/** The methods there are, as the input `workspace` names them; `auto` chooses one. */
export type WorkspaceMethod = 'bind' | 'none'

/** What a task sees as its workspace, and why that way. */
export interface Workspace {
  readonly method: WorkspaceMethod
  /** For log and record: why this method. */
  readonly reason: string
  /** Where it appears in the container. */
  readonly path: string
  /** The runner's folder that is mounted there; null: an empty folder of the task's own. */
  readonly source: string | null
}

/** What a workspace is prepared from. */
export interface WorkspaceRequest {
  readonly method: WorkspaceMethod | 'auto'
  /** The runner's workspace, an absolute path. */
  readonly runnerPath: string
  /** Where the user wants it; default: the same path as on the runner. */
  readonly path: string | undefined
}

/**
 * Prepares a task's workspace.
 * @throws TaskError ACODE-CTN-010 where the runner's folder is not there
 */
export async function prepareWorkspace(request: WorkspaceRequest): Promise<Workspace> {
  const path = request.path ?? request.runnerPath
  if (request.method === 'none') return { method: 'none', reason: 'asked for', path, source: null }
  const reason = request.method === 'bind' ? 'asked for' : 'auto: the engine shares the runner’s files'
  const found = await stat(request.runnerPath).catch(() => null)
  if (!found?.isDirectory())
    throw new TaskError(
      'ACODE-CTN-010',
      `The workspace ${request.runnerPath} is no folder on this runner. Check out the repository before this step, or use workspace: none.`,
    )
  return { method: 'bind', reason, path, source: request.runnerPath }
}

import { stat } from 'node:fs/promises'
import { TaskError } from '../errors.ts'
import type { Workspace, WorkspaceRequest } from './workspace.ts'

const nothing = async (): Promise<void> => undefined
const untold = async (): Promise<null> => null

/** The runner's own folder, shared: nothing is isolated, and what the task changes is there at once (GIT-5). */
export async function prepareBind({ reason, path, enginePath }: WorkspaceRequest): Promise<Workspace> {
  return {
    method: 'bind',
    reason,
    path,
    kind: 'shared',
    mount: async () => ({ folder: enginePath }),
    fill: null,
    collect: untold,
    isInContainer: false,
    dispose: nothing,
  }
}

/** An empty folder of the task's own. */
export async function prepareNone({ reason, path }: WorkspaceRequest): Promise<Workspace> {
  return {
    method: 'none',
    reason,
    path,
    kind: 'empty',
    mount: untold,
    fill: null,
    collect: untold,
    isInContainer: false,
    dispose: nothing,
  }
}

/**
 * The runner's workspace has to be there for every method that gives it to the task.
 * @throws TaskError ACODE-CTN-010
 */
export async function requireWorkspace(runnerPath: string): Promise<void> {
  if ((await stat(runnerPath).catch(() => null))?.isDirectory()) return
  throw new TaskError(
    'ACODE-CTN-010',
    `The workspace ${runnerPath} is no folder on this runner. Check out the repository before this step, or use workspace: none.`,
  )
}

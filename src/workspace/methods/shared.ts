import { stat } from 'node:fs/promises'
import { ownerInside } from '../../engine/rootless.ts'
import { sentence, TaskError } from '../../errors.ts'
import { statIfThere } from '../../host/files.ts'
import { UnusableMethodError, type Workspace, type WorkspaceRequest } from '../workspace.ts'
import { requireSeen } from './seen.ts'

const nothing = async (): Promise<void> => undefined
/** Nothing is looked for in a workspace of which the task has no copy. */
const NOTHING_FOUND = { credentials: Promise.resolve(null), unread: [] }
const none = async (): Promise<null> => null

/** The runner's own folder, shared: nothing is isolated, and what the task changes is there at once (GIT-5). */
export async function prepareBind(request: WorkspaceRequest): Promise<Workspace> {
  const { reason, path, enginePath, runnerPath, runner, rootOverrides } = request
  await requireSeen(request)
  return {
    method: 'bind',
    reason,
    path,
    kind: 'shared',
    ...NOTHING_FOUND,
    async mount({ uid }) {
      const owner = ownerInside((await stat(runnerPath)).uid, runner)
      if (uid === 0 && owner !== 0 && !rootOverrides)
        throw new UnusableMethodError(
          `root, as which the task runs, has no right to the files of user ${owner} in profile strict (DAC_OVERRIDE); let it run as that user, or in profile standard`,
        )
      return { folder: enginePath }
    },
    fill: null,
    collect: none,
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
    ...NOTHING_FOUND,
    mount: none,
    fill: null,
    collect: none,
    isInContainer: false,
    dispose: nothing,
  }
}

/**
 * The runner's workspace has to be there for every method that gives it to the task.
 * @throws TaskError ACODE-CTN-010
 */
export async function requireWorkspace(runnerPath: string): Promise<void> {
  const found = await statIfThere(runnerPath).catch((error: Error) => {
    const why = `The workspace ${runnerPath} cannot be seen by the runner: ${sentence(error.message)}`
    throw new TaskError('ACODE-CTN-010', `${why} Let its user in, or use workspace: none.`, { cause: error })
  })
  if (found?.isDirectory()) return
  throw new TaskError(
    'ACODE-CTN-010',
    `The workspace ${runnerPath} is no folder on this runner. Check out the repository before this step, or use workspace: none.`,
  )
}

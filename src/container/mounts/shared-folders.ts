import { resolve } from 'node:path'
import type { RunnerUser } from '../../engine/rootless.ts'
import { isWithin, withoutLinks } from '../../host/files.ts'
import type { SharedFolders } from '../../ownership/restore.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { TaskUser } from '../user/user.ts'
import { canBind } from './folders.ts'

/**
 * What a task may write to of the runner's; null when nothing. Only what is in the runner's workspace and temporary
 * folder is the runner's user's to have.
 */
export function sharedFolders(
  { mounts, profile }: Pick<ContainerSpec, 'mounts' | 'profile'>,
  workspace: Pick<Workspace, 'method' | 'path'>,
  user: TaskUser,
  runner: RunnerUser,
  { runnerPath, temp, now }: { readonly runnerPath: string; readonly temp: string; readonly now: number },
): SharedFolders | null {
  const own = workspace.method === 'bind' ? [{ target: workspace.path, folder: runnerPath }] : []
  const mounted = mounts
    .filter(({ readOnly }) => !readOnly)
    .map(({ source, target }) => ({ target, folder: resolve(runnerPath, source) }))
  const isOurs = (folder: string) => isWithin(folder, runnerPath) || isWithin(folder, temp)
  const isForeign = (folder: string) => !canBind(user, runner, profile) && isOurs(folder)
  const folders = [...own, ...mounted]
    // What a privileged task does to the machine itself, such as to /dev, is its own matter.
    .filter(({ folder }) => profile !== 'privileged' || isOurs(withoutLinks(folder)))
    .map(({ target, folder }) => ({
      target,
      folder: withoutLinks(folder), // later a link on the way could be the task's
      foreign: isForeign(folder),
    }))
  return folders.length === 0 ? null : { ...runner, since: now, folders }
}

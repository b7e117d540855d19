import { resolve } from 'node:path'
import { z } from 'zod'
import { type Docker, EngineError } from '../engine/docker.ts'
import { isWithin } from '../engine/files.ts'
import { type ProcessIdentity, processIdentity } from '../engine/host.ts'
import type { RunnerUser } from '../engine/rootless.ts'
import { messageOf } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { reclaim } from '../workspace/reclaim.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { canBind } from './folders.ts'
import type { TaskUser } from './user.ts'

/** Folders of the runner that a task of another user writes to. */
export const sharedSchema = z.object({
  /** The runner's user, to whom everything in the folders is to belong. */
  uid: z.int(),
  gid: z.int(),
  /** The same user as the container knows it. */
  inside: z.object({ uid: z.int(), gid: z.int() }),
  /** Each as the container has it, and where it is on the runner. */
  folders: z.array(z.object({ target: z.string(), folder: z.string() })).min(1),
})

/** Folders of the runner that a task of another user writes to. */
export type SharedFolders = z.output<typeof sharedSchema>

/** What is shared with the task of the runner's workspace and temporary folder; null where nothing has to be given back. */
export function sharedFolders(
  { mounts, profile }: Pick<ContainerSpec, 'mounts' | 'profile'>,
  workspace: Pick<Workspace, 'method' | 'path'>,
  user: TaskUser,
  runner: RunnerUser,
  { runnerPath, temp }: { readonly runnerPath: string; readonly temp: string },
): SharedFolders | null {
  if (canBind(user, runner, profile)) return null
  const own = workspace.method === 'bind' ? [{ target: workspace.path, folder: runnerPath }] : []
  const mounted = mounts
    .filter(({ readOnly }) => !readOnly)
    .map(({ source, target }) => ({ target, folder: resolve(runnerPath, source) }))
    .filter(({ folder }) => isWithin(folder, runnerPath) || isWithin(folder, temp))
  const folders = [...own, ...mounted]
  return folders.length === 0 ? null : { ...runner, folders }
}

/** Gives what a container's task, which has ended, made in shared folders to the runner's user. */
export async function giveBack(
  docker: Docker,
  container: string,
  { folders, ...runner }: SharedFolders,
  signal?: AbortSignal,
): Promise<void> {
  for (const { target, folder } of folders) await reclaim(docker, container, target, folder, runner, signal)
}

/** Of a cancelled job's 45 s for all of its post steps. */
const GIVE_BACK_MS = 15_000

/**
 * Ends the task of a container whose main is gone and gives back what it made.
 * @returns why that could not be done, and what to do about it; null where it was
 */
export async function tryGiveBack(
  docker: Docker,
  { id, name, owner }: { readonly id: string; readonly name: string; readonly owner: ProcessIdentity | null },
  shared: SharedFolders,
): Promise<string | null> {
  // A folder of that name on another machine is not the one that was shared.
  if (owner?.host !== processIdentity().host) return null
  try {
    await docker.call(['kill', id]).catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error // it has ended, or what follows tells
    })
    await giveBack(docker, id, shared, AbortSignal.timeout(GIVE_BACK_MS))
    return null
  } catch (error) {
    const folders = shared.folders.map(({ folder }) => folder).join(' ')
    return `What ${name} wrote to ${folders} could not all be given to user ${shared.uid}: ${messageOf(error)}. Give it back with: sudo chown -R ${shared.uid}:${shared.gid} ${folders}`
  }
}

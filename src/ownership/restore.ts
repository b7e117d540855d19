import { z } from 'zod'
import type { Docker } from '../engine/docker.ts'
import { EngineError } from '../engine/errors.ts'
import { messageOf, sentence } from '../errors.ts'
import { info, warning } from '../github/runner.ts'
import { type ProcessIdentity, processIdentity } from '../host/identity.ts'
import { reclaim } from '../workspace/methods/reclaim.ts'
import type { Sharing } from './labels.ts'
import { type Privileges, takePrivileges } from './privileges.ts'

/** Folders of the runner that a task of another user writes to. */
export const sharedSchema = z.object({
  /** The runner's user, to whom everything in the folders is to belong. */
  uid: z.int(),
  gid: z.int(),
  /** The same user as the container knows it. */
  inside: z.object({ uid: z.int(), gid: z.int() }),
  /** Epoch milliseconds before the task began: what changed since may be the task's. */
  since: z.number(),
  /**
   * Each as the container has it, and where it is on the runner, free of links. `foreign`: what is in it may belong
   * to another user afterwards, and is given to the runner's.
   */
  folders: z.array(z.object({ target: z.string(), folder: z.string(), foreign: z.boolean() })).min(1),
})

/** Folders of the runner that a task writes to. */
export type SharedFolders = z.output<typeof sharedSchema>

/** Whether something of the folders has to be given back. */
export const sharingOf = ({ folders }: SharedFolders): Sharing =>
  folders.some(({ foreign }) => foreign) ? 'foreign' : 'own'

/**
 * Gives what a container's task, which has ended, made in shared folders to the runner's user, and leaves no set user
 * or group id and no device of the task's in them. The log says what was taken.
 */
export async function restoreOwnership(
  docker: Docker,
  container: string,
  { folders, since, ...runner }: SharedFolders,
  signal?: AbortSignal,
): Promise<void> {
  const taken: string[] = []
  const failed: string[] = []
  for (const { target, folder, foreign } of folders) {
    const given = foreign ? await reclaim(docker, container, target, folder, runner, signal) : []
    taken.push(...given.map((path) => `${folder}/${Buffer.from(path, 'latin1')}`))
    const privileges = await look(folder, since, signal)
    taken.push(...privileges.taken)
    failed.push(...privileges.failed)
  }
  if (taken.length > 0) info(`Took set user and group ids and devices that the task left: ${few(taken)}`)
  if (failed.length > 0)
    warning(
      `Set user and group ids and devices that the task may have left could not be looked for or taken: ${few(failed)}. Look for them with: sudo find ${folders.map(({ folder }) => folder).join(' ')} -perm /6000 -o -type b -o -type c`,
      'ACODE-CTN-002',
    )
}

/** How long a folder is looked through: a mounted one may hold any number of files. */
const LOOK_MS = 60_000

async function look(folder: string, since: number, signal: AbortSignal | undefined): Promise<Privileges> {
  const bound = AbortSignal.timeout(LOOK_MS)
  try {
    return await takePrivileges(folder, since, signal ? AbortSignal.any([signal, bound]) : bound)
  } catch (error) {
    if (!bound.aborted) throw error
    return { taken: [], failed: [`${folder}: not all of it was seen in ${LOOK_MS / 1000} s`] }
  }
}

/** A few of many paths, on one line. */
const few = (paths: readonly string[]): string =>
  `${paths
    .slice(0, 5)
    .map((path) => JSON.stringify(path))
    .join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`

/** Of a cancelled job's 45 s for all of its post steps. */
const RESTORE_MS = 15_000

/**
 * Ends the task of a container whose main is gone and gives back what it made.
 * @returns why that could not be done, and what to do about it; null when it was
 */
export async function tryRestoreOwnership(
  docker: Docker,
  { id, name, owner }: { readonly id: string; readonly name: string; readonly owner: ProcessIdentity | null },
  shared: SharedFolders,
): Promise<string | null> {
  // A folder of that name on another machine is not the one that was shared.
  if (owner?.host !== processIdentity().host) return null
  try {
    await docker.containers.kill(id).catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error // it has ended, or what follows reports it
    })
    await restoreOwnership(docker, id, shared, AbortSignal.timeout(RESTORE_MS))
    return null
  } catch (error) {
    const folders = shared.folders.map(({ folder }) => folder).join(' ')
    return `What ${name} wrote to ${folders} could not all be given to user ${shared.uid}: ${sentence(messageOf(error))} Give it back with: sudo chown -R ${shared.uid}:${shared.gid} ${folders}`
  }
}

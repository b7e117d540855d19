import type { MountDescription } from '../../engine/container-description.ts'
import type { Docker } from '../../engine/docker.ts'
import type { PathTranslation } from '../../engine/own-container.ts'
import type { RunnerUser } from '../../engine/rootless.ts'
import { removeFolder } from '../../host/files.ts'
import { type HelperRequest, withHelper } from './helper.ts'
import { reclaim } from './reclaim.ts'

/** What the engine needs to give a folder of the runner's to the runner's user. */
export interface Reclaimer extends Omit<HelperRequest, 'host'> {
  readonly docker: Docker
  readonly runner: RunnerUser
  readonly translate: PathTranslation
}

/** Where a helper has the folder. */
const TARGET = '/acode-folder'

/**
 * Gives all that is in a folder to the runner's user, through the engine.
 * @throws EngineError
 */
export async function reclaimFolder(
  { docker, runner, translate, ...helper }: Reclaimer,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const source = translate(folder)
  if (source === null) throw new Error(`the engine does not see ${folder}`)
  const mount: MountDescription = { Type: 'bind', Source: source, Target: TARGET }
  await withHelper(docker, { ...helper, host: { Mounts: [mount] } }, (id) =>
    reclaim(docker, id, TARGET, folder, runner, signal),
  )
}

/**
 * Removes a folder in which a task's layers are or were. What is in there is not all the runner's where the runner is
 * not root: files of a task of another user, and the kernel's own folder, which is root's and holds something once a
 * task has deleted a file. Then it is given to the runner's user first.
 * @throws Error that names what is left, or EngineError
 */
export async function removeWithEngine(
  folder: string,
  reclaimer: () => Promise<Reclaimer>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await removeFolder(folder, signal)
  } catch (error) {
    if (process.geteuid?.() === 0 || signal?.aborted) throw error
    await reclaimFolder(await reclaimer(), folder, signal)
    await removeFolder(folder, signal)
  }
}

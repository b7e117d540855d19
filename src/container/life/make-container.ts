import { writeFile } from 'node:fs/promises'
import type { Docker } from '../../engine/docker.ts'
import { sentence, TaskError } from '../../errors.ts'
import { removeFolder } from '../../host/files.ts'
import { removeContainer } from '../../ownership/remove.ts'
import type { SharedFolders } from '../../ownership/restore.ts'
import { SharedNotes } from '../../ownership/shared-notes.ts'
import { UnusableMethodError, type Workspace } from '../../workspace/workspace.ts'
import type { TaskFacts } from '../facts/gather-facts.ts'
import { loadCacheFolders, UnusableCacheError } from '../mounts/cache-folders.ts'
import { bindFolders, type FolderTransport, fill, volumeFolders, withFiller } from '../mounts/folders.ts'
import type { TaskPlan } from '../plan-container.ts'
import { sendAccount, writeAccount } from '../user/account-files.ts'
import { makeMountPoints } from '../workdir.ts'
import { createContainer, type UnseenMountError } from './create-container.ts'

/** A container that is ready to start. */
export interface TaskContainer {
  readonly id: string
  readonly name: string
  /** The id of its image. */
  readonly image: string
  readonly folders: FolderTransport
  /** What of the runner's the task may write to; null when nothing. */
  readonly shared: SharedFolders | null
}

/**
 * Makes the container of a plan and fills its folders.
 * @throws TaskError
 * @throws UnseenMountError when the engine does not see what the plan mounts; nothing is left then
 * @throws UnusableMethodError when the workspace's method does not work with this engine; nothing is left then
 * @throws UnusableCacheError when the engine does not mount a cache in this way; nothing is left then
 */
export async function makeContainer(
  docker: Docker,
  facts: TaskFacts,
  plan: TaskPlan,
): Promise<TaskContainer> {
  const { workspace, account, shared, container } = plan
  const { privateFolder, paths } = facts
  const folders =
    plan.foldersBy === 'bind'
      ? bindFolders(privateFolder, plan.folders, facts.runner)
      : volumeFolders(docker, privateFolder, plan.folders)
  if (plan.accountBy === 'bind') await writeAccount(privateFolder, account)
  await folders.prepare()
  if (workspace.method === 'bind')
    await makeMountPoints(
      paths.workspace,
      workspace.path,
      facts.mounted.map(({ target }) => target),
    )
  if (shared) await new SharedNotes(facts.env).keep(container.name, plan.owner, shared)
  const id = await createWithFile(docker, plan)
  try {
    await fillAll(docker, facts, id, folders)
    if (plan.accountBy === 'copy' && !facts.spec.readOnly) await sendAccount(docker, id, account)
  } catch (error) {
    const isTriedAgain = error instanceof UnusableMethodError || error instanceof UnusableCacheError
    if (isTriedAgain) await removeContainer(docker, id)
    throw error
  }
  return { id, name: container.name, image: container.image.id, folders, shared }
}

/** Creates a container whose variables the CLI reads from a file for just that time. */
async function createWithFile(docker: Docker, { container }: TaskPlan): Promise<string> {
  const { environmentFile, environment } = container
  if (environmentFile === null) return createContainer(docker, container)
  await writeFile(environmentFile, environment.file, { mode: 0o600 })
  try {
    return await createContainer(docker, container)
  } finally {
    await removeFolder(environmentFile)
  }
}

/** Fills everything that is the task's own: control folder, working copy, cache volumes. */
async function fillAll(
  docker: Docker,
  { spec, workspace, user, cacheFolders }: TaskFacts,
  id: string,
  folders: FolderTransport,
): Promise<void> {
  const caches = user.uid === 0 ? [] : [...spec.cacheVolumes, ...cacheFolders.map(({ entry }) => entry)]
  const isLoaded = cacheFolders.some(({ base, layers }) => base !== null && layers === null)
  const needsFiller = folders.isInVolumes || workspace.fill !== null || caches.length > 0 || isLoaded
  await withFiller(docker, id, spec.readOnly && needsFiller, async (filler) => {
    // The workspace goes first: where it turns out unusable, another method begins with folders still fresh.
    await workspace.fill?.(filler, user)
    await folders.load(filler, user)
    await loadCacheFolders(docker, filler, cacheFolders, user)
    // A new volume belongs to root, who the task is not: its root folder is given to the task's user.
    await fill(
      docker,
      filler,
      caches.map(({ target }) => ({ target, entries: [] })),
      user,
    )
  })
}

const UNSEEN = 'the engine does not see the runner’s files'

/** What it means that an engine sees nothing of a plan's mounts, where no other plan does without them. */
export function unseenError({ method, path }: Workspace, error: UnseenMountError): Error {
  if (method === 'overlay') return new UnusableMethodError(UNSEEN)
  const [what, instead] =
    method === 'bind'
      ? [`the runner’s files (workspace ${path})`, 'workspace: copy, or an engine of the runner’s user']
      : ['what mounts names on the runner', 'cache-volumes, or an engine']
  return new TaskError(
    'ACODE-CTN-010',
    `The engine does not see ${what}: ${sentence(error.message)} It runs on another machine, in another container or as another user. Use ${instead} on this machine.`,
    { cause: error },
  )
}

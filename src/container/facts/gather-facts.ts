import { dirname } from 'node:path'
import type { Docker } from '../../engine/docker.ts'
import { eventText } from '../../github/event.ts'
import { ownFolder } from '../../host/own-folder.ts'
import { labelsOf } from '../../ownership/labels.ts'
import type { WorkspaceMount } from '../../workspace/workspace.ts'
import { type CacheFolder, type CacheWay, cacheFolderMounts } from '../mounts/cache-folders.ts'
import type { Mount } from '../mounts/mount.ts'
import { resolveMounts } from '../mounts/mount-sources.ts'
import {
  type Cache,
  cacheMounts,
  cachesOf,
  createCaches,
  findVolumes,
  judgeVolumes,
} from '../mounts/volumes.ts'
import type { Network } from '../network.ts'
import type { Proxies } from '../proxy.ts'
import type { Account } from '../user/account.ts'
import type { TaskUser } from '../user/user.ts'
import { askImage } from './ask-image.ts'
import type { TaskRequest } from './request.ts'

/** A request with all that has to be asked of image, engine and runner before the container can be planned. */
interface AskedFacts extends Omit<TaskRequest, 'caches'> {
  readonly user: TaskUser
  readonly account: Account
  /** The task's HOME; null: the image's own. */
  readonly home: string | null
  /** The payload of the run's event. */
  readonly event: string
  readonly caches: readonly Cache[]
  /** The folders of caches that are kept by keys. */
  readonly cacheFolders: readonly CacheFolder[]
  /** What the task mounts in addition to its workspace. */
  readonly mounted: readonly Mount[]
  /** What is mounted as the workspace. */
  readonly mount: WorkspaceMount
  /** Epoch milliseconds before the task begins. */
  readonly askedAt: number
}

/** All that a plan is made of. */
export interface TaskFacts extends AskedFacts {
  readonly network: Network
  readonly proxies: Proxies
}

/**
 * Asks image, engine and runner what a plan needs to know. Refuses mounts and volumes that a task may not have.
 * @throws TaskError
 * @throws UnusableMethodError when the workspace's method is none for the task's user
 */
export async function gatherFacts(
  docker: Docker,
  request: TaskRequest,
  way: CacheWay = 'overlay',
): Promise<AskedFacts> {
  const { spec, env, paths, repository } = request
  const askedAt = Date.now()
  const { user, account, home } = await askImage(docker, request)
  const own = await resolveMounts(spec, {
    workspace: paths.workspace,
    endpoint: () => docker.endpoint(),
    fileCommands: paths.fileCommands,
    // The run's folder, with `private` in it, is next to all others of the job.
    runs: dirname(dirname(request.privateFolder)),
    own: ownFolder(paths.keeping, paths.workspace, false),
    translate: request.translate,
  })
  const caches = cachesOf(spec, repository)
  const volumes = [...caches.map(({ volume }) => volume), ...spec.engineVolumes.map(({ name }) => name)]
  const found = await findVolumes(docker, volumes)
  judgeVolumes(caches, spec.engineVolumes, repository, found)
  await createCaches(docker, caches, repository, found)
  const ids = { uid: user.uid, gid: user.gid }
  const cacheFolders = await request.caches(ids, way)
  const mounted: Mount[] = [
    ...cacheMounts(caches, repository),
    ...cacheFolderMounts(cacheFolders, labelsOf(request.labels, {}), request.runner),
    ...spec.engineVolumes.map((volume): Mount => ({ type: 'volume', ...volume })),
    ...own,
  ]
  const mount = await request.workspace.mount(ids)
  const event = (await eventText(env)) || '{}'
  return { ...request, user, account, home, event, caches, cacheFolders, mounted, mount, askedAt }
}

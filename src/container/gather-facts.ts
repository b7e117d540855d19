import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Docker } from '../engine/docker.ts'
import type { PathTranslation } from '../engine/own-container.ts'
import type { RunnerUser } from '../engine/rootless.ts'
import type { RunnerPaths } from '../github/paths.ts'
import { ownFolder } from '../host/own-folder.ts'
import type { Image } from '../image/image.ts'
import type { LabelFacts } from '../ownership/labels.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Identity } from '../task/identity.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Account } from './account.ts'
import { askImage } from './ask-image.ts'
import { type Mount, resolveMounts } from './mounts.ts'
import type { Network } from './network.ts'
import type { TaskUser } from './user.ts'
import { type Cache, cacheMounts, cachesOf, findVolumes, judgeVolumes, type Repository } from './volumes.ts'

/** Everything that one task's container is made from. */
export interface TaskRequest {
  readonly identity: Identity
  readonly spec: ContainerSpec
  readonly secrets: Readonly<Record<string, string>>
  readonly image: Image
  readonly workspace: Workspace
  readonly network: Network
  readonly labels: LabelFacts
  /** The runner's environment: what may be passed on is taken from it. */
  readonly env: NodeJS.ProcessEnv
  readonly paths: RunnerPaths
  readonly runner: RunnerUser
  /** How the engine names a path of the runner; null: not at all. */
  readonly translate: PathTranslation
  readonly repository: Repository
  /** A folder that only the runner's user may enter. */
  readonly privateFolder: string
}

/** The same with all that has to be asked before the container can be planned. */
export interface TaskFacts extends TaskRequest {
  readonly user: TaskUser
  readonly account: Account
  /** The payload of the run's event. */
  readonly event: string
  readonly caches: readonly Cache[]
  /** What the task mounts in addition to its workspace. */
  readonly mounted: readonly Mount[]
  /** Epoch milliseconds before the task begins. */
  readonly askedAt: number
}

/**
 * Asks image, engine and runner what a plan needs to know. Refuses mounts and volumes that a task may not have.
 * @throws TaskError
 */
export async function gatherFacts(docker: Docker, request: TaskRequest): Promise<TaskFacts> {
  const { spec, env, repository } = request
  const askedAt = Date.now()
  const { user, account } = await askImage(docker, request)
  const own = await resolveMounts(spec.mounts, {
    workspace: request.paths.workspace,
    endpoint: async () => (await docker.endpoint()).host,
    fileCommands: env.GITHUB_OUTPUT ? dirname(env.GITHUB_OUTPUT) : null,
    // The run's folder, with `private` in it, is next to all others of the job.
    runs: dirname(dirname(request.privateFolder)),
    own: ownFolder(env, request.paths.workspace, false),
  })
  const caches = cachesOf(spec, repository)
  const volumes = [...caches.map(({ volume }) => volume), ...spec.engineVolumes.map(({ name }) => name)]
  judgeVolumes(caches, spec.engineVolumes, repository, await findVolumes(docker, volumes))
  const mounted: Mount[] = [
    ...cacheMounts(caches, repository),
    ...spec.engineVolumes.map((volume): Mount => ({ type: 'volume', ...volume })),
    ...own,
  ]
  return { ...request, user, account, event: await eventOf(env), caches, mounted, askedAt }
}

/** The payload of the run's event; an empty one where the runner has none. */
async function eventOf({ GITHUB_EVENT_PATH: path }: NodeJS.ProcessEnv): Promise<string> {
  if (path === undefined || path === '') return '{}'
  return readFile(path, 'utf8').catch(() => '{}')
}

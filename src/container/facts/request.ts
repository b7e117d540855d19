import type { CacheRepository } from '../../cache/repository.ts'
import type { PathTranslation } from '../../engine/own-container.ts'
import type { RunnerUser } from '../../engine/rootless.ts'
import type { RunnerPaths } from '../../github/paths.ts'
import type { Image } from '../../image/image.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Identity } from '../../task/identity.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { CacheFolders } from '../mounts/cache-folders.ts'

/** Everything that one task's container is made from, but for its network. */
export interface TaskRequest {
  readonly identity: Identity
  readonly spec: ContainerSpec
  readonly secrets: Readonly<Record<string, string>>
  readonly image: Image
  readonly workspace: Workspace
  readonly labels: LabelFacts
  /** The runner's environment: what may be passed on is taken from it. */
  readonly env: NodeJS.ProcessEnv
  readonly paths: RunnerPaths
  readonly runner: RunnerUser
  /** How the engine names a path of the runner; null: not at all. */
  readonly translate: PathTranslation
  /** True when users of the engine's containers are none of this machine's. */
  readonly isRemapped: boolean
  /** False when that the engine has the runner's files at these names is to be proven. */
  readonly isCertain: boolean
  readonly repository: CacheRepository
  /** The folders of the task's caches, when its user is known. */
  readonly caches: CacheFolders
  /** A folder that only the runner's user may enter. */
  readonly privateFolder: string
}

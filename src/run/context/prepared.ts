import type { TaskContainer } from '../../container/life/make-container.ts'
import type { Status } from '../../errors.ts'
import type { Image } from '../../image/image.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { PlanFacts } from '../../record/facts.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Beside } from '../beside/begin-beside.ts'
import type { TaskCaches } from '../caches/opened-caches.ts'
import type { Shared } from '../collect/restore.ts'
import type { KnownEngine } from './ask-engine.ts'
import type { Owned } from './scope.ts'

/** What a task's container is made from and runs with, but for its workspace. */
export interface TaskGround extends Pick<Beside, 'network' | 'services'> {
  readonly spec: ContainerSpec
  readonly image: Image
  readonly engine: KnownEngine
  readonly labels: LabelFacts
  readonly caches: TaskCaches
}

/** A container that is ready to start, with the workspace that it has. */
export interface Prepared {
  readonly container: TaskContainer
  readonly workspace: Workspace
  /** What it may use. */
  readonly limits: PlanFacts['limits']
  /** The container as something that the run has to remove. */
  readonly owned: Owned
}

/** A container that has run to its end. */
export interface Ran extends Prepared {
  readonly shared: Shared
  /** How the task ended, by its container or by what was found since. */
  readonly status: Status
}

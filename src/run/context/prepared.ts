import type { TaskContainer } from '../../container/life/make-container.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Owned } from './scope.ts'

/** A container that is ready to start, with the workspace that it has. */
export interface Prepared {
  readonly container: TaskContainer
  readonly workspace: Workspace
  /** The container as something that the run has to remove. */
  readonly owned: Owned
}

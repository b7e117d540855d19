import type { TaskContainer } from '../../container/life/make-container.ts'
import { TaskError } from '../../errors.ts'
import { restoreOwnership, tryRestoreOwnership } from '../../ownership/restore.ts'
import type { Context } from '../context/context.ts'

/** Folders of the runner that a task writes to, as long as what is in them may be its own. */
export interface Shared {
  /**
   * Makes what the ended task left in them the runner's user's.
   * @throws EngineError
   */
  restore(): Promise<void>
}

/** For a task that shares nothing. */
const NOTHING_SHARED: Shared = { restore: async () => undefined }

/** What a task that is about to start shares with the runner is restored whatever happens, before its container goes. */
export function ownShared({ docker, run, scope }: Context, { id, name, shared }: TaskContainer): Shared {
  if (shared === null) return NOTHING_SHARED
  scope.startLayer()
  const owned = scope.own(async () => {
    const failure = await tryRestoreOwnership(docker, { id, name, owner: run.owner }, shared)
    if (failure !== null) throw new TaskError('ACODE-CTN-002', failure)
  })
  return {
    async restore() {
      await restoreOwnership(docker, id, shared)
      owned.forget()
    },
  }
}

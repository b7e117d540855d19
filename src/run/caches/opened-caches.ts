import type { Keeping } from '../../cache/kept-volumes.ts'
import type { Restored } from '../../cache/restore.ts'
import type { CacheScope } from '../../cache/scope.ts'
import type { ServiceGate } from '../../cache/service-gate.ts'
import type { UsageNotes } from '../../cache/usage-notes.ts'
import type { CacheFolders } from '../../container/mounts/cache-folders.ts'

/** The caches of one try of a task. */
export interface TaskCaches {
  readonly folders: CacheFolders
  /** Keeps what a task that succeeded left in them, and lets the oldest go where a machine has too many. */
  readonly keep: (container: string) => Promise<void>
  /** Whether the container has to stay until then; known once it is prepared. */
  readonly needsContainer: () => boolean
}

/** What is known of a task's caches once they are there. */
export interface OpenedCaches {
  readonly keeping: Keeping
  readonly restored: readonly Restored[]
  readonly scope: CacheScope
  readonly gate: ServiceGate
  readonly notes: UsageNotes
}

import type { Keeping } from '../../cache/kept-volumes.ts'
import type { Restored } from '../../cache/restore.ts'
import type { CacheScope } from '../../cache/scope.ts'
import type { ServiceGate } from '../../cache/service-gate.ts'
import type { UsageNotes } from '../../cache/usage-notes.ts'
import type { TaskContainer } from '../../container/life/make-container.ts'
import type { CacheFolders } from '../../container/mounts/cache-folders.ts'
import type { Status } from '../../errors.ts'
import type { Facts } from '../../record/facts.ts'

/** What a record has of a task's caches. */
export type CacheRecord = NonNullable<Facts['cache']>

/** The caches of one try of a task. */
export interface TaskCaches {
  readonly folders: CacheFolders
  /** What was found of those that are kept by keys, as far as they were looked for. */
  readonly facts: () => Pick<Facts, 'cache'>
  /** Keeps what a task that succeeded left in them, and lets the oldest go where a machine has too many. */
  readonly keep: (ran: EndedTask) => AsyncGenerator<Facts, void, void>
  /** Whether the container has to stay until then; known once it is prepared. */
  readonly needsContainer: () => boolean
}

/** A task that has ended, with the container that it ran in. */
export interface EndedTask {
  readonly container: Pick<TaskContainer, 'id'>
  readonly status: Status
}

/** What is known of a task's caches once they are there. */
export interface OpenedCaches {
  readonly keeping: Keeping
  readonly restored: readonly Restored[]
  /** What the record has of them. */
  readonly recorded: CacheRecord
  readonly scope: CacheScope
  readonly gate: ServiceGate
  readonly notes: UsageNotes
}

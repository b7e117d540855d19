import type { CacheFolders } from '../container/cache-folders.ts'
import type { Image } from '../image/image.ts'
import type { LabelFacts } from '../ownership/labels.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Context } from './context.ts'

/** The caches of one try of a task. */
export interface TaskCaches {
  readonly folders: CacheFolders
  /** Keeps what a task that succeeded left in them, and lets the oldest go where a machine has too many. */
  readonly keep: (container: string) => Promise<void>
  /** Whether the container has to stay until then; known once it is prepared. */
  readonly needsContainer: () => boolean
}

const NONE: TaskCaches = { folders: async () => [], keep: async () => undefined, needsContainer: () => false }

/** The caches of a task; what handles them is loaded for a task that has some. */
export async function taskCaches(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  labels: LabelFacts,
): Promise<TaskCaches> {
  if (spec.cache === undefined && spec.cacheVolumes.length === 0) return NONE
  const { openCaches } = await import('./open-caches.ts')
  return openCaches(context, spec, image, labels)
}

import type { Image } from '../../image/image.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Context } from '../context/context.ts'
import type { TaskCaches } from './opened-caches.ts'

const NONE: TaskCaches = {
  folders: async () => [],
  facts: () => ({}),
  async *keep() {
    // There are none.
  },
  needsContainer: () => false,
}

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

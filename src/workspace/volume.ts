import { randomBytes } from 'node:crypto'
import type { Docker } from '../engine/docker.ts'
import { EngineError, isRefusal } from '../engine/errors.ts'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { createHelper } from './helper.ts'
import { UnusableMethodError, type Workspace, type WorkspaceRequest } from './workspace.ts'

/** The volumes of one workspace: made together, removed together. */
export interface Volumes {
  /** Makes a volume and gives its name: the container's, a suffix, and what no earlier try can have used. */
  create(suffix: string, options?: Readonly<Record<string, string>>): Promise<string>
  /** The folders of volumes on the engine's machine. */
  mountpoints(names: readonly string[]): Promise<string[]>
  remove(): Promise<void>
}

/** Volumes for a workspace, with its labels, so that they are found whoever dies. */
export function volumesFor({
  docker,
  name,
  labels,
}: Pick<WorkspaceRequest, 'docker' | 'name' | 'labels'>): Volumes {
  const made = new Map<string, string>()
  const nonce = randomBytes(3).toString('hex')
  return {
    async create(suffix, options) {
      const volume = `${name}.${suffix}-${nonce}`
      made.set(volume, '')
      const { folder } = await asUnusable(() => docker.volumes.create({ name: volume, labels, options }))
      made.set(volume, folder)
      return volume
    },
    mountpoints: async (names) => names.map((volume) => made.get(volume) ?? ''),
    async remove() {
      const names = [...made.keys()]
      made.clear()
      const removed = await Promise.allSettled(names.map((volume) => docker.volumes.remove(volume)))
      const left = names.filter((_, index) => removed[index]?.status === 'rejected')
      for (const one of removed)
        if (one.status === 'rejected')
          throw new TaskError(
            'ACODE-CTN-002',
            `Volumes of ${name} could not be removed: ${sentence(messageOf(one.reason))} Remove them with: docker volume rm --force ${left.join(' ')}`,
            { cause: one.reason },
          )
    },
  }
}

/** Makes a workspace of volumes. Where that fails, those that were made go at once: another method is tried next. */
export async function withVolumes(
  request: WorkspaceRequest,
  prepare: (volumes: Volumes) => Promise<Workspace>,
): Promise<Workspace> {
  const volumes = volumesFor(request)
  try {
    return await prepare(volumes)
  } catch (error) {
    await volumes.remove()
    throw error
  }
}

/**
 * What the engine refuses is a method that it does not have, not the task's failure; but a full disk is full for
 * every method.
 * @throws UnusableMethodError
 * @throws TaskError ACODE-CTN-010
 */
export async function asUnusable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (error.reason === 'disk-full')
      throw new TaskError(
        'ACODE-CTN-010',
        `The engine’s disk is full: ${sentence(error.message)} Nothing of the task’s workspace is kept; free space there, for instance with: docker system prune`,
        { cause: error },
      )
    throw new UnusableMethodError(error.message)
  }
}

/** A volume and where a helper has it. */
type HelperMount = readonly [volume: string, target: string]

/**
 * Does work with containers that are never started, one for each list of mounts: what has volumes mounted can be
 * read and filled through the engine, whatever the task's own container allows.
 */
export async function withHelpers<T>(
  docker: Docker,
  request: {
    readonly name: string
    readonly image: string
    readonly labels: Readonly<Record<string, string>>
    readonly mounts: readonly (readonly HelperMount[])[]
  },
  work: (helpers: readonly string[]) => Promise<T>,
): Promise<T> {
  const created = await Promise.allSettled(
    request.mounts.map((mounts) =>
      createHelper(docker, {
        ...request,
        options: mounts.flatMap(([volume, target]) => [
          '--mount',
          `type=volume,source=${volume},target=${target},volume-nocopy`,
        ]),
      }),
    ),
  )
  const helpers = created.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  try {
    for (const one of created) if (one.status === 'rejected') throw one.reason
    return await work(helpers)
  } finally {
    await removeHelpers(docker, helpers)
  }
}

/**
 * With the anonymous volumes of what the image declares. A helper that cannot be removed holds its volumes: their
 * removal reports it, and post removes both by their labels.
 */
async function removeHelpers(docker: Docker, helpers: readonly string[]): Promise<void> {
  try {
    await Promise.all(helpers.map((helper) => docker.containers.remove(helper)))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
  }
}

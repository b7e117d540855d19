import { randomBytes } from 'node:crypto'
import type { HostDescription } from '../../engine/container-description.ts'
import type { Docker } from '../../engine/docker.ts'
import { EngineError, isRefusal } from '../../engine/errors.ts'
import { sentence, TaskError } from '../../errors.ts'
import { UnusableMethodError } from '../workspace.ts'

/** What a helper is made of. */
export interface HelperRequest {
  /** The run's container, whose name the helper's begins with. */
  readonly name: string
  /** All labels of the run: should we die before it is removed, the helper is found by name and labels. */
  readonly labels: Readonly<Record<string, string>>
  readonly image: string
  /** What it mounts: its own, or what another container does. Default nothing. */
  readonly host?: Pick<HostDescription, 'Mounts' | 'VolumesFrom'>
}

/** Makes a container that is never started: files are read and written through it. Gives its id. */
export function createHelper(docker: Docker, { name, labels, image, host }: HelperRequest): Promise<string> {
  return docker.containers.create(`${name}.helper-${randomBytes(6).toString('hex')}`, {
    Image: image,
    Labels: labels,
    Entrypoint: ['/none'],
    HostConfig: { NetworkMode: 'none', ...host },
  })
}

/** Removes a helper with its volumes. What the engine does not remove now, post removes by its labels. */
export async function removeHelper(docker: Docker, helper: string): Promise<void> {
  await docker.containers.remove(helper).catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error
  })
}

/**
 * Does work with a helper that is gone afterwards. One that cannot be removed is no reason to do without what was
 * done: post removes it by its labels.
 */
export async function withHelper<T>(
  docker: Docker,
  request: HelperRequest,
  work: (helper: string) => Promise<T>,
): Promise<T> {
  const helper = await createHelper(docker, request)
  try {
    return await work(helper)
  } finally {
    await removeHelper(docker, helper)
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

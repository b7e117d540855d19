import { randomBytes } from 'node:crypto'
import { type Docker, EngineError } from '../engine/docker.ts'
import { UnusableMethodError, type WorkspaceRequest } from './workspace.ts'

/** The volumes of one workspace: made together, removed together. */
export interface Volumes {
  /** Makes a volume and gives its name: the container's, a suffix, and what no earlier try can have used. */
  create(suffix: string, options?: readonly string[]): Promise<string>
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
  const made: string[] = []
  const nonce = randomBytes(3).toString('hex')
  return {
    async create(suffix, options = []) {
      const volume = `${name}.${suffix}-${nonce}`
      made.push(volume)
      const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])
      await asUnusable(() => docker.call(['volume', 'create', ...labelled, ...options, volume]))
      return volume
    },
    async mountpoints(names) {
      const text = await docker.call(['volume', 'inspect', '--format', '{{.Mountpoint}}', ...names])
      return text.split('\n')
    },
    async remove() {
      if (made.length > 0) await docker.call(['volume', 'rm', '--force', ...made.splice(0)])
    },
  }
}

/** What the engine refuses is a method that it does not have, not the task's failure. */
export async function asUnusable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'failed') throw new UnusableMethodError(error.message)
    throw error
  }
}

/**
 * Runs work with a container that is never started: what has volumes mounted can be read and filled through the
 * engine, whatever the task's own container allows.
 */
export async function withHelper<T>(
  docker: Docker,
  request: {
    readonly image: string
    readonly labels: Readonly<Record<string, string>>
    readonly mounts: readonly (readonly [string, string])[]
  },
  work: (helper: string) => Promise<T>,
): Promise<T> {
  const helper = await docker.call([
    ...['create', '--pull', 'never', '--network', 'none', '--entrypoint', '/none'],
    ...Object.entries(request.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...request.mounts.flatMap(([volume, target]) => [
      '--mount',
      `type=volume,source=${volume},target=${target},volume-nocopy`,
    ]),
    request.image,
  ])
  try {
    return await work(helper)
  } finally {
    await docker.call(['rm', '--force', helper])
  }
}

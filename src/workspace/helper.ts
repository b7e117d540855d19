import { randomBytes } from 'node:crypto'
import type { Docker } from '../engine/docker.ts'

/** What a helper is made of. */
export interface HelperRequest {
  /** The run's container, whose name the helper's begins with. */
  readonly name: string
  /** All labels of the run: should we die before it is removed, the helper is found by name and labels. */
  readonly labels: Readonly<Record<string, string>>
  readonly image: string
  /** Further options of `docker create`: what it mounts. */
  readonly options?: readonly string[]
}

/** Makes a container that is never started: files are read and written through it. Gives its id. */
export function createHelper(
  docker: Docker,
  { name, labels, image, options = [] }: HelperRequest,
): Promise<string> {
  return docker.create([
    ...['--name', `${name}.helper-${randomBytes(6).toString('hex')}`],
    ...['--pull', 'never', '--network', 'none', '--entrypoint', '/none'],
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...options,
    image,
  ])
}

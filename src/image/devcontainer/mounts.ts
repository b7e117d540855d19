import { posix } from 'node:path'
import type { DescribedMount } from './schema.ts'

/** Mounts as a task takes them. */
export interface TaskMounts {
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[]
  readonly cacheVolumes: readonly { readonly name: string; readonly target: string }[]
  /** What is not mounted, with the reason. */
  readonly leftOut: readonly string[]
}

/**
 * Mounts of a description: folders of the workspace, and volumes as caches of this repository. Nothing else of the
 * machine is mounted because a file of the repository says so.
 */
export function taskMounts(all: readonly DescribedMount[], workspace: string): TaskMounts {
  const mounts: TaskMounts['mounts'][number][] = []
  const cacheVolumes: TaskMounts['cacheVolumes'][number][] = []
  const leftOut: string[] = []
  for (const { type, source, target, readOnly } of all.map(fieldsOf)) {
    const inside = posix.relative(workspace, posix.resolve(workspace, source))
    if (type === 'volume' && source !== '') cacheVolumes.push({ name: volumeName(source), target })
    else if (type === 'bind' && source !== '' && !/^\.\.(\/|$)/.test(inside))
      mounts.push({ source: inside === '' ? '.' : inside, target, readOnly })
    else leftOut.push(`the mount of ${source === '' ? type : source} at ${target}`)
  }
  return { mounts, cacheVolumes, leftOut }
}

/** Where a mount is in the container; two at one place exclude each other. */
export const mountTarget = (mount: DescribedMount): string => fieldsOf(mount).target

interface Fields {
  readonly type: string
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

/** A mount as `docker run --mount` has it, or as a map. */
function fieldsOf(mount: DescribedMount): Fields {
  if (typeof mount !== 'string') {
    const { type, source = '', target } = mount
    return { type, source, target, readOnly: mount.readonly === true || mount.readOnly === true }
  }
  const fields = new Map(
    mount.split(',').map((field): [string, string] => {
      const [key = '', ...value] = field.trim().split('=')
      return [key.toLowerCase(), value.length === 0 ? 'true' : value.join('=')]
    }),
  )
  const first = (...keys: string[]) => keys.map((key) => fields.get(key)).find((value) => value !== undefined)
  return {
    type: first('type') ?? 'volume',
    source: first('source', 'src') ?? '',
    target: first('target', 'dst', 'destination') ?? '',
    readOnly: first('readonly', 'ro') === 'true',
  }
}

const volumeName = (source: string): string =>
  source.replace(/[^\w.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'volume'

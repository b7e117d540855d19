import { realpath } from 'node:fs/promises'
import { isAbsolute, join, normalize, relative, resolve } from 'node:path'
import type { PathTranslation } from '../engine/own-container.ts'
import { TaskError } from '../errors.ts'
import { isWithin } from '../host/files.ts'
import type { ContainerSpec } from '../task/contract.ts'

/** Something mounted into the container. */
export type Mount =
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly readOnly?: boolean }
  | {
      readonly type: 'volume'
      readonly name: string | null
      readonly target: string
      readonly noCopy?: boolean
      readonly readOnly?: boolean
      /** Of a volume that the engine makes because it is not there. */
      readonly labels?: Readonly<Record<string, string>>
    }

/** A mount as the value of `--mount`: CSV, whose fields are quoted where they need it (encoding/csv). */
export function mountOption(mount: Mount): string {
  const fields = [`type=${mount.type}`]
  if (mount.type === 'bind') fields.push(`source=${mount.source}`)
  else if (mount.name !== null) fields.push(`source=${mount.name}`)
  fields.push(`target=${mount.target}`)
  if (mount.readOnly) fields.push('readonly')
  if (mount.type === 'volume' && mount.noCopy) fields.push('volume-nocopy')
  if (mount.type === 'volume')
    for (const [key, value] of Object.entries(mount.labels ?? {})) fields.push(`volume-label=${key}=${value}`)
  return fields
    .map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',')
}

/** Sockets that are the engine itself: whoever has one owns the machine. */
const ENGINE_SOCKETS = [
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/run/podman/podman.sock',
]

/** What {@link resolveMounts} needs to know of the machine. */
export interface MountContext {
  readonly workspace: string
  /** Where the engine is, such as `unix:///var/run/docker.sock`: its socket is no mount. */
  readonly endpoint: () => Promise<string>
  /** The folder of the runner's file commands, through which a step steers later ones; null: not known. */
  readonly fileCommands: string | null
  /** Where the runs of this job have their folders, `acode-…`, with their records and what is private to them. */
  readonly runs: string
  /** Where the runner's user keeps what outlives a job, journals of applies among it; null: nowhere. */
  readonly own: string | null
  /** How the engine names a path of ours; null: not at all. */
  readonly translate: PathTranslation
}

/**
 * The user's mounts with real, absolute sources, as the engine names them. A relative source is below the workspace and has to stay
 * there also through links, which come from the repository's content.
 * @throws TaskError ACODE-CTN-011 for a source that breaks isolation, ACODE-CTN-006 for one that is not there,
 * ACODE-CTN-010 for one that the engine does not see
 */
export async function resolveMounts(
  mounts: ContainerSpec['mounts'],
  context: MountContext,
): Promise<Mount[]> {
  if (mounts.length === 0) return []
  const endpoint = await context.endpoint()
  const socket = endpoint.startsWith('unix://') ? [endpoint.slice('unix://'.length)] : []
  const guarded = await guardedPaths([...ENGINE_SOCKETS, ...socket], context)
  return Promise.all(
    mounts.map(async ({ source, target, readOnly }) => {
      const real = await realSource(source, context)
      const reason = whyRefused(real, guarded)
      if (reason !== null) throw refusedMount(source, target, reason)
      const seen = context.translate(real)
      if (seen === null) throw unseenSource(source, real)
      const reasonThere = whyRefused(seen, guardedThere(guarded, context))
      if (reasonThere !== null) throw refusedMount(source, target, reasonThere)
      return { type: 'bind' as const, source: seen, target, readOnly }
    }),
  )
}

/**
 * Refuses what is told by a source as it is written, before any link is followed: what {@link resolveMounts} would
 * refuse on every machine.
 * @throws TaskError ACODE-CTN-011
 */
export function refuseSource({
  source,
  target,
}: Pick<ContainerSpec['mounts'][number], 'source' | 'target'>): void {
  const path = normalize(source)
  if (/^\.\.(\/|$)/.test(path)) throw leadsOut(source, path)
  if (!isAbsolute(path)) return
  const socket = ENGINE_SOCKETS.find((one) => isWithin(one, path))
  const reason = socket === undefined ? kernelReason(path) : holding(socket)
  if (reason !== null) throw refusedMount(source, target, reason)
}

async function realSource(source: string, { workspace }: MountContext): Promise<string> {
  const path = isAbsolute(source) ? source : join(workspace, source)
  const real = await realpath(path).catch((error: unknown) => {
    throw new TaskError(
      'ACODE-CTN-006',
      `The mount source ${source} is not there (${path}). Create it before this step, or correct it.`,
      { cause: error },
    )
  })
  if (!isAbsolute(source) && !isWithin(real, await realpath(workspace))) throw leadsOut(source, real)
  return real
}

const leadsOut = (source: string, to: string): TaskError =>
  new TaskError(
    'ACODE-CTN-011',
    `The mount source ${source} leads out of the workspace (to ${to}). Give an absolute path if that is meant.`,
  )
const refusedMount = (source: string, target: string, reason: string): TaskError =>
  new TaskError(
    'ACODE-CTN-011',
    `The mount ${source}:${target} is refused: ${reason}. Mount a narrower folder.`,
  )

const unseenSource = (source: string, real: string): TaskError =>
  new TaskError(
    'ACODE-CTN-010',
    `The engine does not see the mount source ${source}: ${real} is in this container only, or something else is mounted over or below it. Mount a folder that this container has from the engine's machine, such as one of the workspace.`,
  )

/** What no source may reach. */
interface Guarded {
  readonly path: string
  /** What of it is refused: a folder above it, also one in it, or those in it that are runs' folders. */
  readonly from: 'above' | 'anywhere' | 'runs'
  readonly reason: string
}

async function guardedPaths(
  sockets: readonly string[],
  { fileCommands, runs, own }: MountContext,
): Promise<Guarded[]> {
  const guarded: Guarded[] = [
    ...sockets.map((path): Guarded => ({ path, from: 'above', reason: holding(path) })),
    {
      path: runs,
      from: 'runs',
      reason: `it reaches records of this job in ${runs}, where a task could change its own record and read what other tasks have`,
    },
  ]
  if (fileCommands !== null)
    guarded.splice(sockets.length, 0, {
      path: fileCommands,
      from: 'anywhere',
      reason: `it reaches ${fileCommands}, through which a task could steer the runner’s later steps`,
    })
  if (own !== null)
    guarded.push({
      path: own,
      from: 'anywhere',
      reason: `it reaches ${own}, by which a task could steer what is brought to the workspace`,
    })
  return Promise.all(guarded.map(async (one) => ({ ...one, path: await real(one.path) })))
}

/** The same by the engine's names: a folder of the machine can be mounted here at several places. */
const guardedThere = (guarded: readonly Guarded[], { translate }: MountContext): Guarded[] => [
  ...ENGINE_SOCKETS.map((path): Guarded => ({ path, from: 'above', reason: holding(path) })),
  ...guarded.flatMap((one) => {
    const path = translate(one.path)
    return path === null ? [] : [{ ...one, path }]
  }),
]

function whyRefused(source: string, guarded: readonly Guarded[]): string | null {
  const reached = guarded.find(
    ({ path, from }) =>
      isWithin(path, source) ||
      (from === 'anywhere' && isWithin(source, path)) ||
      (from === 'runs' && relative(path, source).startsWith('acode-')),
  )
  return reached?.reason ?? kernelReason(source)
}

const holding = (socket: string): string =>
  `it holds the engine’s socket ${socket}, which gives the whole machine away`

const kernelReason = (source: string): string | null =>
  /^\/(proc|sys|dev)(\/|$)/.test(source) ? 'it is the kernel’s own file system' : null

const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path))

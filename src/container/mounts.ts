import { realpath } from 'node:fs/promises'
import { isAbsolute, join, normalize, relative, resolve } from 'node:path'
import { TaskError } from '../errors.ts'
import { csvRow } from '../formats/csv.ts'
import { isWithin } from '../host/files.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { volumeFields } from '../workspace/overlay-volume.ts'

/** Something mounted into the container. */
export type Mount =
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly readOnly?: boolean }
  | {
      readonly type: 'volume'
      readonly name: string | null
      readonly target: string
      readonly noCopy?: boolean
      readonly readOnly?: boolean
      /** Of a volume that the engine makes because it is not there, or has no name. */
      readonly labels?: Readonly<Record<string, string>>
      /** Options of the engine's driver `local` for a volume without a name; none are a plain folder of the engine's. */
      readonly options?: Readonly<Record<string, string>>
    }

/** A mount as the value of `--mount`. */
export function mountOption(mount: Mount): string {
  const fields = [`type=${mount.type}`]
  if (mount.type === 'bind') fields.push(`source=${mount.source}`)
  else if (mount.name !== null) fields.push(`source=${mount.name}`)
  fields.push(`target=${mount.target}`)
  if (mount.readOnly) fields.push('readonly')
  if (mount.type === 'volume' && mount.noCopy) fields.push('volume-nocopy')
  if (mount.type === 'volume')
    for (const [key, value] of Object.entries(mount.labels ?? {})) fields.push(`volume-label=${key}=${value}`)
  if (mount.type === 'volume' && mount.options) fields.push(...volumeFields(mount.options))
  return csvRow(fields)
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
}

/**
 * The user's mounts with real, absolute sources. A relative source is below the workspace and has to stay
 * there also through links, which come from the repository's content.
 * @throws TaskError ACODE-CTN-011 for a source that breaks isolation, ACODE-CTN-006 for one that is not there
 */
export async function resolveMounts(
  mounts: ContainerSpec['mounts'],
  context: MountContext,
): Promise<Mount[]> {
  if (mounts.length === 0) return []
  const endpoint = await context.endpoint()
  const sockets = endpoint.startsWith('unix://')
    ? [...ENGINE_SOCKETS, endpoint.slice('unix://'.length)]
    : ENGINE_SOCKETS
  return Promise.all(
    mounts.map(async ({ source, target, readOnly }) => {
      const real = await realSource(source, context)
      const reason = await whyRefused(real, sockets, context)
      if (reason !== null) throw refusedMount(source, target, reason)
      return { type: 'bind' as const, source: real, target, readOnly }
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

async function whyRefused(
  source: string,
  sockets: readonly string[],
  { fileCommands, runs, own }: MountContext,
): Promise<string | null> {
  for (const socket of sockets) if (isWithin(await real(socket), source)) return holding(socket)
  if (fileCommands !== null && (await reaches(source, fileCommands)))
    return `it reaches ${fileCommands}, through which a task could steer the runner’s later steps`
  const temp = await real(runs)
  if (isWithin(temp, source) || relative(temp, source).startsWith('acode-'))
    return `it reaches records of this job in ${runs}, where a task could change its own record and read what other tasks have`
  if (own !== null && (await reaches(source, own)))
    return `it reaches ${own}, by which a task could steer what is brought to the workspace`
  return kernelReason(source)
}

const holding = (socket: string): string =>
  `it holds the engine’s socket ${socket}, which gives the whole machine away`

const kernelReason = (source: string): string | null =>
  /^\/(proc|sys|dev)(\/|$)/.test(source) ? 'it is the kernel’s own file system' : null

/** True where one of them is within the other. */
async function reaches(source: string, folder: string): Promise<boolean> {
  const own = await real(folder)
  return isWithin(own, source) || isWithin(source, own)
}

const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path))

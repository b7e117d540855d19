import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, normalize, relative, resolve } from 'node:path'
import { jointError, TaskError } from '../errors.ts'
import { csvRow } from '../formats/csv.ts'
import { isWithin } from '../host/files.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { volumeFields } from '../workspace/overlay-volume.ts'
import { wayOut } from './profiles.ts'

/** Something mounted into the container. */
export type Mount =
  | {
      readonly type: 'bind'
      readonly source: string
      readonly target: string
      readonly readOnly?: boolean
      /** Whether it is a file, and not a folder. */
      readonly isFile?: boolean
    }
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

/** A mount as it is asked for. */
type Wanted = ContainerSpec['mounts'][number]

/**
 * The user's mounts with real, absolute sources. A relative source is below the workspace and has to stay
 * there also through links, which come from the repository's content. Profile privileged takes any other.
 * @throws TaskError ACODE-CTN-011 for sources that break isolation, ACODE-CTN-006 for those that are not there; of all
 */
export async function resolveMounts(
  { mounts, profile }: Pick<ContainerSpec, 'mounts' | 'profile'>,
  context: MountContext,
): Promise<Mount[]> {
  if (mounts.length === 0) return []
  const sockets = socketsOf(await context.endpoint())
  const problems: TaskError[] = []
  const found = mounts.map((mount): Mount => {
    const { source, target, readOnly } = mount
    const { real, error } = judgeSource(mount, profile, context, sockets)
    if (error) problems.push(error)
    const isFile = real !== undefined && !statSync(real).isDirectory()
    return { type: 'bind', source: real ?? source, target, readOnly, ...(isFile ? { isFile } : {}) }
  })
  if (problems.length > 0) throw jointError(problems, 'The task has')
  return found
}

/**
 * What can be told of a source on this machine without asking which engine is used: it is told together with all else
 * that is wrong with a task.
 * @throws TaskError ACODE-CTN-011, ACODE-CTN-006
 */
export function checkSource(
  mount: Wanted,
  profile: ContainerSpec['profile'],
  context: Omit<MountContext, 'endpoint'>,
  endpoint: string | null,
): void {
  const { error } = judgeSource(mount, profile, context, socketsOf(endpoint ?? ''))
  if (error) throw error
}

const socketsOf = (endpoint: string): readonly string[] =>
  endpoint.startsWith('unix://') ? [...ENGINE_SOCKETS, endpoint.slice('unix://'.length)] : ENGINE_SOCKETS

/**
 * Refuses what is told by a source as it is written, before any link is followed: what {@link resolveMounts} would
 * refuse on every machine.
 * @throws TaskError ACODE-CTN-011
 */
export function refuseSource(
  { source, target }: Pick<Wanted, 'source' | 'target'>,
  profile: ContainerSpec['profile'],
): void {
  const path = normalize(source)
  if (/^\.\.(\/|$)/.test(path)) throw leadsOut(source, path)
  if (!isAbsolute(path) || profile === 'privileged') return
  const reason = socketReason(path, ENGINE_SOCKETS) ?? kernelReason(path)
  if (reason !== null) throw refusedMount(source, target, reason)
}

/** Why a source is refused, and what to do instead. */
interface Reason {
  readonly why: string
  readonly instead: string
}

function judgeSource(
  { source, target }: Wanted,
  profile: ContainerSpec['profile'],
  context: Omit<MountContext, 'endpoint'>,
  sockets: readonly string[],
): { real?: string; error?: TaskError } {
  const path = isAbsolute(source) ? source : join(context.workspace, source)
  let real: string
  try {
    real = realpathSync(path)
  } catch (cause) {
    return { error: missing(source, path, cause) }
  }
  if (!isAbsolute(source) && !isWithin(real, realPath(context.workspace)))
    return { error: leadsOut(source, real) }
  const reason = profile === 'privileged' ? null : whyRefused(real, sockets, context)
  return reason === null ? { real } : { error: refusedMount(source, target, reason) }
}

const missing = (source: string, path: string, cause: unknown): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The mount source ${source} is not there (${path}). Create it before this step, or correct it.`,
    { cause },
  )
const leadsOut = (source: string, to: string): TaskError =>
  new TaskError(
    'ACODE-CTN-011',
    `The mount source ${source} leads out of the workspace (to ${to}). Give an absolute path if that is meant.`,
  )
const refusedMount = (source: string, target: string, { why, instead }: Reason): TaskError =>
  new TaskError(
    'ACODE-CTN-011',
    `The mount ${source}:${target} is refused: ${why}. ${instead}; ${wayOut('privileged')}.`,
  )

function whyRefused(
  source: string,
  sockets: readonly string[],
  { fileCommands, runs, own }: Omit<MountContext, 'endpoint'>,
): Reason | null {
  const socket = socketReason(source, sockets)
  if (socket !== null) return socket
  if (fileCommands !== null && reaches(source, fileCommands))
    return {
      why: `it reaches ${fileCommands}, through which a task could steer the runner’s later steps`,
      instead: ELSEWHERE,
    }
  const temp = realPath(runs)
  if (isWithin(temp, source) || relative(temp, source).startsWith('acode-'))
    return {
      why: `it reaches records of this job in ${runs}, where a task could change its own record and read what other tasks have`,
      instead: ELSEWHERE,
    }
  if (own !== null && reaches(source, own))
    return {
      why: `it reaches ${own}, by which a task could steer what is brought to the workspace`,
      instead: ELSEWHERE,
    }
  return kernelReason(source)
}

const ELSEWHERE = 'Mount another folder, or a narrower one beside it'

/** The socket itself, or a folder that it is in. */
function socketReason(source: string, sockets: readonly string[]): Reason | null {
  const socket = sockets.find((one) => isWithin(realPath(one), source) || isWithin(one, source))
  if (socket === undefined) return null
  const isItself = source === socket || source === realPath(socket)
  return {
    why: `it ${isItself ? 'is' : 'holds'} the engine’s socket ${socket}, which gives the whole machine away`,
    instead: isItself
      ? 'Let a step of the job do what needs the engine'
      : 'Mount a narrower folder, which does not hold it',
  }
}

const kernelReason = (source: string): Reason | null =>
  /^\/(proc|sys|dev)(\/|$)/.test(source)
    ? {
        why: 'it is the kernel’s own file system',
        instead: 'Give devices with options: --device, GPUs with gpus',
      }
    : null

/** True where one of them is within the other. */
function reaches(source: string, folder: string): boolean {
  const own = realPath(folder)
  return isWithin(own, source) || isWithin(source, own)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path) // it is not there
  }
}

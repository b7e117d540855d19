import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, normalize, relative, resolve } from 'node:path'
import type { PathTranslation } from '../../engine/own-container.ts'
import type { Endpoint } from '../../engine/transport/connection.ts'
import { jointError, TaskError } from '../../errors.ts'
import { isWithin } from '../../host/files.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { wayOut } from '../options/profiles.ts'
import type { Mount } from './mount.ts'

/** Sockets that are the engine itself: a task that has one owns the machine. */
const ENGINE_SOCKETS = [
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/run/podman/podman.sock',
]

/** What {@link resolveMounts} needs to know of the machine. */
interface MountContext {
  readonly workspace: string
  /** Where the engine is: its socket is no mount. */
  readonly endpoint: () => Promise<Pick<Endpoint, 'socket'>>
  /** The folder of the runner's file commands, through which a step steers later ones; null: not known. */
  readonly fileCommands: string | null
  /** Where the runs of this job have their folders, `acode-…`, with their records and what is private to them. */
  readonly runs: string
  /** Where the runner's user keeps what outlives a job, journals of applies among it; null: nowhere. */
  readonly own: string | null
  /** How the engine names a path of ours; null: not at all. */
  readonly translate: PathTranslation
}

/** What is known without asking which engine is used. */
export type HereContext = Omit<MountContext, 'endpoint' | 'translate'>

/** A mount as it is asked for. */
type Wanted = ContainerSpec['mounts'][number]

/**
 * The user's mounts with real, absolute sources, as the engine names them. A relative source is below the workspace and has to stay
 * there also through links, which come from the repository's content. Profile privileged takes any other.
 * @throws TaskError ACODE-CTN-011 for sources that break isolation, ACODE-CTN-006 for those that are not there,
 * ACODE-CTN-010 for those that the engine does not see; of all
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
    const here = judgeSource(mount, profile, context, sockets)
    const there = here.error ?? judgeThere(mount, here.real, profile, context, sockets)
    if (there instanceof TaskError) problems.push(there)
    const { real } = here
    const isFile = real !== undefined && !statSync(real).isDirectory()
    const seen = typeof there === 'string' ? there : source
    return { type: 'bind', source: seen, target, readOnly, ...(isFile ? { isFile } : {}) }
  })
  if (problems.length > 0) throw jointError(problems, 'The task has')
  return found
}

/**
 * Judges a source on this machine without asking which engine is used: it is reported together with all else
 * that is wrong with a task.
 * @throws TaskError ACODE-CTN-011, ACODE-CTN-006
 */
export function checkSource(
  mount: Wanted,
  profile: ContainerSpec['profile'],
  context: HereContext,
  endpoint: Pick<Endpoint, 'socket'> | null,
): void {
  const { error } = judgeSource(mount, profile, context, socketsOf(endpoint))
  if (error) throw error
}

/** What to say where the engine's users are others than this machine's: the task may not write what it mounts (RNR-5). */
export function remappedWarning(
  { mounts }: Pick<ContainerSpec, 'mounts'>,
  { isRemapped }: { readonly isRemapped: boolean },
): string | null {
  const written = mounts.filter(({ readOnly }) => !readOnly).map(({ source }) => source)
  if (!isRemapped || written.length === 0) return null
  return `The engine has other users than this machine (userns-remap, or it is another user's): the task writes ${written.join(', ')} only where everybody may. Allow that (chmod o+w), or mount it read-only (:ro).`
}

const socketsOf = (endpoint: Pick<Endpoint, 'socket'> | null): readonly string[] =>
  endpoint === null || endpoint.socket === null ? ENGINE_SOCKETS : [...ENGINE_SOCKETS, endpoint.socket]

/**
 * Refuses a source by its text alone, before any link is followed: what {@link resolveMounts} would
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
  context: HereContext,
  sockets: readonly string[],
): { real: string; error?: never } | { real?: never; error: TaskError } {
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

/** The engine's name of a source, or why it may not be mounted: a folder of the machine can be here at several places. */
function judgeThere(
  { source, target }: Wanted,
  real: string,
  profile: ContainerSpec['profile'],
  { fileCommands, runs, own, translate }: MountContext,
  sockets: readonly string[],
): string | TaskError {
  const seen = translate(real)
  if (seen === null) return unseenSource(source, real)
  if (seen === real || profile === 'privileged') return seen
  const named = (path: string | null) => (path === null ? null : translate(realPath(path)))
  const there = { fileCommands: named(fileCommands), runs: named(runs), own: named(own) }
  const allSockets = sockets.flatMap((socket) => [socket, named(socket) ?? socket])
  const reason = whyRefused(seen, allSockets, there)
  return reason === null ? seen : refusedMount(source, target, reason)
}

const unseenSource = (source: string, real: string): TaskError =>
  new TaskError(
    'ACODE-CTN-010',
    `The engine does not see the mount source ${source}: ${real} is in this container only, or something else is mounted over or below it. Mount a folder that this container has from the engine's machine, such as one of the workspace.`,
  )

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

/** The folders that no source may reach; null: there is none. */
interface Guarded {
  readonly fileCommands: string | null
  readonly runs: string | null
  readonly own: string | null
}

function whyRefused(
  source: string,
  sockets: readonly string[],
  { fileCommands, runs, own }: Guarded,
): Reason | null {
  const socket = socketReason(source, sockets)
  if (socket !== null) return socket
  if (fileCommands !== null && reaches(source, fileCommands))
    return {
      why: `it reaches ${fileCommands}, through which a task could steer the runner’s later steps`,
      instead: ELSEWHERE,
    }
  if (runs !== null && holdsRuns(source, realPath(runs)))
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

const holdsRuns = (source: string, runs: string): boolean =>
  isWithin(runs, source) || relative(runs, source).startsWith('acode-')

const ELSEWHERE = 'Mount another folder, or a narrower one next to it'

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

/** True when one of them is within the other. */
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

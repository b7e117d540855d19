import { statSync } from 'node:fs'
import type { Docker } from './docker.ts'
import { EngineError } from './errors.ts'
import type { EngineFacts } from './facts.ts'
import type { Endpoint } from './transport/connection.ts'

/** A user and a group, by their numbers. */
export interface Ids {
  readonly uid: number
  readonly gid: number
}

/** The runner's user: on this machine, and as containers know it. */
export interface RunnerUser extends Ids {
  /** To the containers of a rootless engine, the user who runs it is root, and no other user is known. */
  readonly inside: Ids
}

/** What there is to know of an engine before a container is planned. */
export interface EngineMode {
  readonly runner: RunnerUser
  /** False when it ignores all limits, and reports no error. */
  readonly hasLimits: boolean
  /**
   * True when users of its containers are other users of this machine (`userns-remap`, another user's
   * rootless engine): none of them may write what is the runner's, nor the runner what is theirs.
   */
  readonly isRemapped: boolean
  /** False when a volume has no options, and so no overlay can be mounted. */
  readonly takesVolumeOptions: boolean
}

/** True when the runner's user is another one in containers. */
export const isRootless = ({ uid, inside }: RunnerUser): boolean => inside.uid !== uid

/** What the kernel makes of an owner whom a container's users do not include. */
const NOBODY = 65534

/** Whose a file of this machine is in a container. */
export function ownerInside(owner: number, runner: RunnerUser): number {
  if (owner === runner.uid) return runner.inside.uid
  return isRootless(runner) ? NOBODY : owner
}

/** How the engine takes the runner's user. */
export const engineMode = async (docker: Docker, user: Ids = OURS): Promise<EngineMode> =>
  (await askMode(docker, user)).mode

/** The same, with what the engine says of itself; null when it says nothing. */
export async function askMode(
  docker: Docker,
  user: Ids = OURS,
): Promise<{ facts: EngineFacts | null; mode: EngineMode }> {
  const [endpoint, facts] = await Promise.all([docker.endpoint(), ask(docker)])
  return { facts, mode: modeOf(facts, user, isOwnSocket(endpoint, user)) }
}

/** The runner's user. */
export const OURS: Ids = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** True when an engine listens on a socket of the user's own, as a rootless one does. Root's are not rootless. */
export function isOwnSocket(endpoint: Pick<Endpoint, 'socket'>, { uid }: Ids): boolean {
  return uid !== 0 && socketOwner(endpoint)?.uid === uid
}

/** Whose the socket of an endpoint is; null where it has none on this machine, or none that this user may see. */
export function socketOwner({ socket }: Pick<Endpoint, 'socket'>): Ids | null {
  if (socket === null) return null
  try {
    return statSync(socket)
  } catch {
    return null // who connects to it gets to know why
  }
}

/**
 * Judges what the engine says of itself; null is an engine like any other.
 * @param isOwn whether it listens on a socket of the user's own: whose user a rootless one runs as is not known otherwise
 */
export function modeOf(
  facts: Pick<EngineFacts, 'isRootless' | 'isRemapped' | 'hasControlGroups' | 'takesVolumeOptions'> | null,
  ids: Ids,
  isOwn: boolean,
): EngineMode {
  const isRootless = facts?.isRootless ?? false
  return {
    runner: { ...ids, inside: isRootless && isOwn ? { uid: 0, gid: 0 } : ids },
    hasLimits: !isRootless || facts?.hasControlGroups !== false,
    isRemapped: isRootless ? !isOwn : (facts?.isRemapped ?? false),
    takesVolumeOptions: facts?.takesVolumeOptions ?? true,
  }
}

async function ask(docker: Docker): Promise<EngineFacts | null> {
  try {
    return await docker.facts()
  } catch (error) {
    if (error instanceof EngineError) return null // the next caller reports why the engine does not answer
    throw error
  }
}

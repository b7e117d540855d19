import { statSync } from 'node:fs'
import { BOUNDS, type Docker, EngineError } from './docker.ts'
import { engineEndpoint } from './endpoint.ts'

/** A user and a group, by their numbers. */
export interface Ids {
  readonly uid: number
  readonly gid: number
}

/** The runner's user: on this machine, and as containers know it. */
export interface RunnerUser extends Ids {
  /** To the containers of a rootless engine, the user who runs it is root, and of all others nobody is known. */
  readonly inside: Ids
}

/** What there is to know of an engine before a container is planned. */
export interface EngineMode {
  readonly runner: RunnerUser
  /** False where it lets go of all limits without a word. */
  readonly hasLimits: boolean
}

/** True where the runner's user is another one in containers. */
export const isRootless = ({ uid, inside }: RunnerUser): boolean => inside.uid !== uid

/** What the kernel makes of an owner whom a container's users do not include. */
const NOBODY = 65534

/** Whose a file of this machine is in a container. */
export function ownerInside(owner: number, runner: RunnerUser): number {
  if (owner === runner.uid) return runner.inside.uid
  return isRootless(runner) ? NOBODY : owner
}

const QUESTION = '{{json .SecurityOptions}} {{.CgroupDriver}}'

/** How the engine takes the runner's user. One of root's is not asked: that takes a while, and each task would wait. */
export async function engineMode(docker: Docker, user: Ids = OURS): Promise<EngineMode> {
  const isAsked = user.uid !== 0 && isOwnSocket(await engineEndpoint(), user)
  return modeOf(isAsked ? await ask(docker) : '', user)
}

const OURS: Ids = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** True where an engine listens on a socket of the user's own, as a rootless one does. Root's are not rootless. */
export function isOwnSocket(endpoint: string, { uid }: Ids): boolean {
  const [, socket] = /^unix:\/\/(.+)$/.exec(endpoint) ?? []
  if (uid === 0 || socket === undefined) return false
  return statSync(socket, { throwIfNoEntry: false })?.uid === uid
}

/** Judges the engine's answer; none is that of an engine like any other. */
export function modeOf(answer: string, ids: Ids): EngineMode {
  const rootless = answer.includes('"name=rootless"')
  return {
    runner: { ...ids, inside: rootless ? { uid: 0, gid: 0 } : ids },
    hasLimits: !(rootless && answer.endsWith(' none')),
  }
}

async function ask(docker: Docker): Promise<string> {
  try {
    return await docker.call(['info', '--format', QUESTION], { timeoutMs: BOUNDS.query })
  } catch (error) {
    if (error instanceof EngineError) return '' // whoever needs the engine next tells why it does not answer
    throw error
  }
}

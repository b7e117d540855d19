import { setTimeout as sleep } from 'node:timers/promises'
import type { Docker } from '../engine/docker.ts'
import { EngineError, isRefusal } from '../engine/errors.ts'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { shellQuoted } from '../formats/shell-quoted.ts'
import { IMAGE_LABEL } from '../image/derived/derived.ts'
import { LABEL } from './labels.ts'
import type { Kind } from './managed.ts'

/** How something is removed. */
export interface How {
  readonly patienceMs?: number | undefined
  /** One of others that stays is no reason to look again for what is ours. Default: ours. */
  readonly whose?: 'own' | 'others' | undefined
}

const HELD_SETTLE_MS = 2_000
/** Between two tries. */
const PAUSE_MS = 100

/**
 * Removes a volume or a network. A container that has only just gone may hold it a moment longer: it is tried again.
 */
export async function tryRemoveHeld(
  docker: Docker,
  kind: Exclude<Kind, 'container'>,
  id: string,
  { patienceMs = HELD_SETTLE_MS, whose }: How = {},
): Promise<Removal> {
  const giveUp = performance.now() + patienceMs
  const remove = () => (kind === 'volume' ? docker.volumes.remove(id, whose) : docker.networks.remove(id))
  for (;;) {
    try {
      return { removed: await remove(), failure: null }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      // An engine before 25 loses count of a volume's users where it is restarted with live-restore under a task.
      if (error.reason === 'still-mounted' && performance.now() >= giveUp)
        return { removed: false, failure: null, kept: HELD_BY_ENGINE }
      if (!isRefusal(error) || performance.now() >= giveUp)
        return { removed: false, failure: messageOf(error), isAnswered: isRefusal(error) }
      await sleep(PAUSE_MS)
    }
  }
}

const HELD_BY_ENGINE =
  'the engine was restarted under its task (live-restore) and holds it as mounted, which only root ends: unmount its mountpoint (docker volume inspect), and restart the engine once no task runs'

/**
 * Removes the network of a task whose container is gone.
 * @throws TaskError ACODE-CTN-002
 */
export async function removeNetwork(docker: Docker, network: string): Promise<void> {
  await removeHeld(docker, 'network', network)
}

/**
 * Removes a volume of a run whose containers are gone.
 * @throws TaskError ACODE-CTN-002
 */
export async function removeVolume(docker: Docker, volume: string): Promise<void> {
  await removeHeld(docker, 'volume', volume)
}

async function removeHeld(docker: Docker, kind: Exclude<Kind, 'container'>, id: string): Promise<void> {
  const { failure } = await tryRemoveHeld(docker, kind, id)
  if (failure !== null) throw new TaskError('ACODE-CTN-002', stillThere(id, failure, kind))
}

/**
 * Removes a container with its anonymous volumes, running or not. One that is gone, or that another process is
 * removing, is as good as removed. `name` is what people know it by.
 * @throws TaskError ACODE-CTN-002
 */
export async function removeContainer(docker: Docker, container: string, name = container): Promise<void> {
  const { failure } = await tryRemove(docker, container)
  if (failure !== null) throw new TaskError('ACODE-CTN-002', stillThere(name, failure, 'container'))
}

/** That the engine could not even be asked for what a run left, with what removes container and network by hand. */
export function notLookedFor(name: string, error: unknown): string {
  const [, session = '', task = ''] = /^acode-([a-z0-9]+)-(.*)$/.exec(name) ?? []
  const networks = `docker network prune --force --filter label=${LABEL.session}=${session} --filter label=${LABEL.task}=${task}`
  return `What is left of ${name} could not be looked for: ${sentence(messageOf(error))} Remove it with: ${REMOVE_BY_HAND.container} ${name}; ${networks}`
}

/** That orphans could not be looked for, with what shows them. */
export function orphansNotLookedFor(error: unknown): string {
  return `Orphans could not be looked for: ${sentence(messageOf(error))} The next start on this engine looks again; they are among: docker ps --all --filter label=${LABEL.managed}=true`
}

/** That images that were made here could not be looked for, with what shows them. */
export function imagesNotLookedFor(error: unknown): string {
  return `Images that may go could not be looked for: ${sentence(messageOf(error))} The next start on this engine looks again; they are among: docker image ls --filter label=${IMAGE_LABEL.kind}`
}

/** That a folder of the runner's could not be removed, with what removes it by hand. */
export function folderStillThere(folder: string, error: unknown): string {
  return `The folder ${folder} could not be removed: ${sentence(messageOf(error))} It is still there; remove it with: sudo rm --recursive --force -- ${shellQuoted(folder)}`
}

/** That something could not be removed, with what removes it by hand. */
export function stillThere(name: string, failure: string, kind: Kind): string {
  return `The ${kind} ${name} could not be removed: ${sentence(failure)} It is still there; remove it with: ${REMOVE_BY_HAND[kind]} ${name}`
}

const REMOVE_BY_HAND: Readonly<Record<Kind, string>> = {
  container: 'docker rm --force --volumes',
  volume: 'docker volume rm --force',
  network: 'docker network rm',
}

/** How a removal went: `removed` distinguishes ours from one that another process was faster with. */
export interface Removal {
  readonly removed: boolean
  readonly failure: string | null
  /** Why what the task made in folders of the runner is not the runner's yet. */
  readonly notRestored?: string | null
  /** Why it was left where it is. */
  readonly kept?: string
  /** False when the engine did not answer; default true. */
  readonly isAnswered?: boolean
  /** What went with it, where that was asked for and is known. */
  readonly bytes?: number | null
}

const SETTLE_MS = 10_000

/**
 * Removes a container, and says how that went. One that another process is removing is as good as gone; it is waited
 * for as long as patience goes, and when there is none, it is left to that process.
 */
export async function tryRemove(
  docker: Docker,
  container: string,
  { patienceMs = SETTLE_MS, whose }: How = {},
): Promise<Removal> {
  try {
    return { removed: await docker.containers.remove(container, whose), failure: null }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    const isLeft = error.reason !== 'conflict' || !(await isGone(docker, container, patienceMs))
    return { removed: false, failure: isLeft ? messageOf(error) : null, isAnswered: isRefusal(error) }
  }
}

/** True when no such container is left; one whose removal is under way elsewhere is waited for. */
async function isGone(docker: Docker, container: string, patienceMs: number): Promise<boolean> {
  const giveUp = performance.now() + patienceMs
  for (;;) {
    const found = await docker.containers.find(container)
    if (found === null) return true
    if (found.state.status !== 'removing') return false
    if (patienceMs === 0) return true
    if (performance.now() > giveUp) return false
    await sleep(PAUSE_MS)
  }
}

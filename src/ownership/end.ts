import type { Docker } from '../engine/docker.ts'
import { endClaimed } from './claims.ts'
import type { Managed } from './managed.ts'
import { type How, type Removal, tryRemove, tryRemoveHeld } from './remove.ts'
import { tryRestoreOwnership } from './restore.ts'
import type { SharedNotes } from './shared-notes.ts'

/** How something that a run left is to be removed. */
interface Ending {
  /** Its runner may yet come back to it: what only that one can give back waits for it. */
  readonly mayGiveBackLater?: boolean
  /** Another process removes its task just now: what is in use is left to it. */
  readonly isOthers?: boolean
  /** By a process that does not own it: the bytes that go are asked for, and one that another removes is left to it. */
  readonly isStranger?: boolean
}

/** Removes something that a run left, whose owner has ended. */
export function end(docker: Docker, one: Managed, notes: SharedNotes, how: Ending = {}): Promise<Removal> {
  if (one.kind === 'container') return endContainer(docker, one, notes, how)
  const patienceMs = how.isOthers ? 0 : undefined
  return endHeld(docker, one, one.kind, { patienceMs, whose: whoseOf(how) })
}

const whoseOf = ({ isStranger = false }: Ending) => (isStranger ? 'others' : 'own')

/** Removes a volume or a network; before a claim, what it names. */
async function endHeld(
  docker: Docker,
  { id, labels }: Managed,
  kind: 'volume' | 'network',
  how: How,
): Promise<Removal> {
  const failed = kind === 'volume' ? await endClaimed(docker, labels, how) : null
  return failed ?? tryRemoveHeld(docker, kind, id, how)
}

/**
 * Removes a container that its main left. What its task made in folders of the runner is given back before, which
 * takes the container: later, only root could do it. Which folders these are is what the runner's own
 * note says; when there is none here, the container waits for its runner until its deadline.
 */
async function endContainer(docker: Docker, one: Managed, notes: SharedNotes, how: Ending): Promise<Removal> {
  const { mayGiveBackLater = false, isStranger = false } = how
  const note = one.shared === null ? null : await notes.find(one)
  if (one.shared === 'foreign' && note === null && mayGiveBackLater)
    return { removed: false, failure: null, kept: NOT_OURS_TO_GIVE_BACK }
  const notRestored = note === null ? unknownShared(one) : await tryRestoreOwnership(docker, one, note)
  const bytes = isStranger ? await docker.containers.writtenBytes(one.id) : null
  const removal = await tryRemove(docker, one.id, {
    patienceMs: isStranger ? 0 : undefined,
    whose: whoseOf(how),
  })
  if (removal.failure === null) await notes.drop(one)
  // When another process was faster with the one, it was with the other.
  const isOthers = !removal.removed && removal.failure === null
  return { ...removal, ...(removal.removed && { bytes }), notRestored: isOthers ? null : notRestored }
}

const NOT_OURS_TO_GIVE_BACK =
  'its task wrote to folders of its runner as another user, which only that runner knows and can take back; it is removed after its deadline'

const unknownShared = ({ name, shared }: Managed): string | null =>
  shared === 'foreign'
    ? `What ${name} wrote to folders of its runner as another user could not be given back: this runner has no note of them. Look for files of other users in the workspaces of the machine's runners, and give them back with: sudo chown -R`
    : null

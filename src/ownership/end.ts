import type { Docker } from '../engine/docker.ts'
import { endClaimed } from './claims.ts'
import type { Managed } from './managed.ts'
import { type Removal, tryRemove, tryRemoveHeld } from './remove.ts'
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
export const end = (docker: Docker, one: Managed, notes: SharedNotes, how: Ending = {}): Promise<Removal> =>
  one.kind === 'container'
    ? endContainer(docker, one, notes, how)
    : endHeld(docker, one, one.kind, how.isOthers ? 0 : undefined)

/** Removes a volume or a network; before a claim, what it names. */
async function endHeld(
  docker: Docker,
  { id, labels }: Managed,
  kind: 'volume' | 'network',
  patienceMs?: number,
): Promise<Removal> {
  const failed = kind === 'volume' ? await endClaimed(docker, labels, patienceMs) : null
  return failed ?? tryRemoveHeld(docker, kind, id, patienceMs)
}

/**
 * Removes a container that its main left. What its task made in folders of the runner is given back before, which
 * takes the container: later, only root could do it. Which folders these are is what the runner's own
 * note says; when there is none here, the container waits for its runner until its deadline.
 */
async function endContainer(
  docker: Docker,
  one: Managed,
  notes: SharedNotes,
  { mayGiveBackLater = false, isStranger = false }: Ending,
): Promise<Removal> {
  const note = one.shared === null ? null : await notes.find(one)
  if (one.shared === 'foreign' && note === null && mayGiveBackLater)
    return { removed: false, failure: null, kept: NOT_OURS_TO_GIVE_BACK }
  const notRestored = note === null ? unknownShared(one) : await tryRestoreOwnership(docker, one, note)
  const bytes = isStranger ? await docker.containers.writtenBytes(one.id) : null
  const removal = await tryRemove(docker, one.id, isStranger ? 0 : undefined)
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

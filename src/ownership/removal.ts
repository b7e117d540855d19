import { type Docker, EngineError } from '../engine/docker.ts'
import { messageOf, sentence, TaskError } from '../errors.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import {
  type Doubt,
  findDoubts,
  gatherEvidence,
  isOf,
  type Kind,
  listManaged,
  type Managed,
  witnessNow,
} from './managed.ts'
import { judge, type Witness } from './orphans.ts'
import { tryGiveBack } from './restore.ts'
import { SharedNotes } from './shared-notes.ts'

/** What a sweep did: names of containers, volumes and networks, and why the rest is still there. */
export interface Sweep {
  readonly orphans: string[]
  readonly kept: { readonly name: string; readonly reason: string }[]
  readonly failed: string[]
}

/** Containers hold volumes and networks: they go first. */
const ORDER: readonly (readonly Kind[])[] = [['container'], ['volume', 'network']]
const KINDS = ORDER.flat()

/**
 * Removes every proven orphan, and says what was kept for want of proof (CTN-11). The container named `except` is in
 * the care of whoever makes or removes it now, and so is what it holds; and so is all of `owner`, whose end is known to
 * the caller.
 */
export async function sweepOrphans(
  docker: Docker,
  except: string,
  owner: ProcessIdentity | null = null,
): Promise<Sweep> {
  const sweep: Sweep = { orphans: [], kept: [], failed: [] }
  const notes = new SharedNotes()
  const listed = await Promise.all(KINDS.map((kind) => listManaged(docker, kind)))
  const { claims, witness } = await gatherEvidence(docker, listed.flat(), witnessNow())
  const isOwners = owner === null ? () => false : isOf(owner)
  const others = claims.filter((one) => one.name !== except && !isOwners(one))
  const orphans = others.filter(isOrphan(witness, sweep))
  const removable = await withoutDoubt(docker, orphans, sweep)
  // What the one that is cared for holds cannot be removed as long as it is there: that is no failure then.
  const cared = claims.find(({ name }) => name === except)?.owner
  const holders: ProcessIdentity[] = []
  const isHeld = (one: Managed) => holders.some((owner) => isOf(owner)(one))
  for (const kinds of ORDER) {
    const all = removable.filter((one) => kinds.includes(one.kind) && !isHeld(one))
    await Promise.all(
      all.map(async (one) => {
        const mayGiveBackLater = (one.deadline ?? 0) > witness.nowSeconds
        const removal = await end(docker, one, notes, mayGiveBackLater)
        if (removal.removed) sweep.orphans.push(one.name)
        if (removal.kept) sweep.kept.push({ name: one.name, reason: removal.kept })
        if (removal.kept && one.owner) holders.push(one.owner)
        if (removal.notGivenBack) sweep.failed.push(removal.notGivenBack)
        if (removal.failure !== null && !(cared && isOf(cared)(one)))
          sweep.failed.push(stillThere(one.name, removal.failure, one.kind))
      }),
    )
  }
  await notes.forget((note) => judge({ ...note, deadline: null }, witness).kind === 'orphan', claims)
  return sweep
}

/** Whether it is proven an orphan; of what is not proven alive either, the sweep says why. */
const isOrphan = (witness: Witness, sweep: Sweep) => (one: Managed) => {
  const verdict = judge(one, witness)
  if (verdict.kind === 'unproven') sweep.kept.push({ name: one.name, reason: verdict.reason })
  return verdict.kind === 'orphan'
}

/** Those whose labels are their own. Of those whose image is gone nobody knows: they are kept. */
async function withoutDoubt(docker: Docker, all: readonly Managed[], sweep: Sweep): Promise<Managed[]> {
  const doubts = await findDoubts(docker, all)
  return all.filter(({ id, name }) => {
    if (doubts.get(id) === 'image-gone')
      sweep.kept.push({ name, reason: 'its image is gone, from which it may have its labels' })
    return !doubts.has(id)
  })
}

/**
 * Removes every container, volume and network with exactly this owner label, alive or not: the owner's own, or
 * those of a main that its post step succeeds.
 */
export async function removeOwned(
  docker: Docker,
  owner: ProcessIdentity,
): Promise<{ removed: string[]; failed: string[] }> {
  const result = { removed: [] as string[], failed: [] as string[] }
  const notes = new SharedNotes()
  for (const kinds of ORDER) {
    const listed = await Promise.all(kinds.map((kind) => listManaged(docker, kind)))
    const own = listed.flat().filter(isOf(owner))
    const doubts: ReadonlyMap<string, Doubt> = await findDoubts(docker, own)
    await Promise.all(
      own
        .filter(({ id }) => doubts.get(id) !== 'inherited')
        .map(async (one) => {
          const { removed, failure, notGivenBack } = await end(docker, one, notes)
          if (notGivenBack) result.failed.push(notGivenBack)
          if (removed) result.removed.push(one.name)
          if (failure !== null) result.failed.push(stillThere(one.name, failure, one.kind))
        }),
    )
  }
  return result
}

const end = (docker: Docker, one: Managed, notes: SharedNotes, mayGiveBackLater = false): Promise<Removal> =>
  one.kind === 'container'
    ? endContainer(docker, one, notes, mayGiveBackLater)
    : tryRemoveHeld(docker, one.kind, one.id)

/**
 * Removes a container that its main left. What its task made in folders of the runner is given back before, which
 * takes the container: nobody could do it later without being root. Which folders these are is what the runner's own
 * note says; where there is none here, the container waits for its runner until its deadline.
 */
async function endContainer(
  docker: Docker,
  one: Managed,
  notes: SharedNotes,
  mayGiveBackLater: boolean,
): Promise<Removal> {
  const note = one.shared === null ? null : await notes.find(one)
  if (one.shared === 'foreign' && note === null && mayGiveBackLater)
    return { removed: false, failure: null, kept: NOT_OURS_TO_GIVE_BACK }
  const notGivenBack = note === null ? unknownShared(one) : await tryGiveBack(docker, one, note)
  const removal = await tryRemove(docker, one.id)
  if (removal.failure === null) await notes.drop(one)
  // Where somebody else was faster with the one, they were with the other.
  const isOthers = !removal.removed && removal.failure === null
  return { ...removal, notGivenBack: isOthers ? null : notGivenBack }
}

const NOT_OURS_TO_GIVE_BACK =
  'its task wrote to folders of its runner as another user, which only that runner knows and can take back; it is removed after its deadline'

const unknownShared = ({ name, shared }: Managed): string | null =>
  shared === 'foreign'
    ? `What ${name} wrote to folders of its runner as another user could not be given back: this runner has no note of them. Look for files of other users in the workspaces of the machine's runners, and give them back with: sudo chown -R`
    : null

const HELD_SETTLE_MS = 2_000

/**
 * A container that has only just gone may hold its volumes and its network a moment longer: they are tried again.
 * Without `--force`, which says of a volume that is gone that it was removed.
 */
async function tryRemoveHeld(docker: Docker, kind: Kind, id: string): Promise<Removal> {
  const giveUp = performance.now() + HELD_SETTLE_MS
  for (;;) {
    try {
      await docker.call([kind, 'rm', id])
      return { removed: true, failure: null }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      const isGone = error.kind === 'failed' && (await docker.find([kind, 'inspect', id])) === null
      if (isGone) return { removed: false, failure: null }
      if (error.kind !== 'failed' || performance.now() > giveUp)
        return { removed: false, failure: messageOf(error) }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/**
 * Removes the network of a task whose container is gone.
 * @throws TaskError ACODE-CTN-002
 */
export async function removeNetwork(docker: Docker, network: string): Promise<void> {
  const { failure } = await tryRemoveHeld(docker, 'network', network)
  if (failure !== null) throw new TaskError('ACODE-CTN-002', stillThere(network, failure, 'network'))
}

/**
 * Removes a container with its anonymous volumes, running or not. One that is gone, or that somebody else is
 * removing, is as good as removed. `name` is what people know it by.
 * @throws TaskError ACODE-CTN-002
 */
export async function removeContainer(docker: Docker, container: string, name = container): Promise<void> {
  const { failure } = await tryRemove(docker, container)
  if (failure !== null) throw new TaskError('ACODE-CTN-002', stillThere(name, failure, 'container'))
}

/** That the engine could not even be asked for what a run left, with what does its removal by hand. */
export function notLookedFor(name: string, error: unknown): string {
  return `What is left of ${name} could not be looked for: ${messageOf(error)}. Remove it with: ${REMOVE_BY_HAND.container} ${name}`
}

function stillThere(name: string, failure: string, kind: Kind): string {
  return `The ${kind} ${name} could not be removed: ${sentence(failure)} It is still there; remove it with: ${REMOVE_BY_HAND[kind]} ${name}`
}

const REMOVE_BY_HAND: Readonly<Record<Kind, string>> = {
  container: 'docker rm --force --volumes',
  volume: 'docker volume rm --force',
  network: 'docker network rm',
}

/** How a removal went: `removed` tells ours from one that somebody else was faster with. */
interface Removal {
  readonly removed: boolean
  readonly failure: string | null
  /** Why what the task made in folders of the runner is not the runner's yet. */
  readonly notGivenBack?: string | null
  /** Why it was left where it is. */
  readonly kept?: string
}

async function tryRemove(docker: Docker, container: string): Promise<Removal> {
  try {
    // The engine prints what it removed; for what is gone already some only print nothing.
    const printed = await docker.call(['rm', '--force', '--volumes', container])
    return { removed: printed !== '', failure: null }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    // Engines word "no such container" differently: ask again instead of reading the words.
    const gone = error.kind === 'failed' && (await isGone(docker, container))
    return { removed: false, failure: gone ? null : messageOf(error) }
  }
}

const SETTLE_MS = 10_000

/** True where no such container is left; one whose removal is under way elsewhere is waited for. */
async function isGone(docker: Docker, container: string): Promise<boolean> {
  const giveUp = performance.now() + SETTLE_MS
  do {
    const state = await docker.find(['container', 'inspect', '--format', '{{.State.Status}}', container])
    if (state === null) return true
    if (state !== 'removing') return false
    await new Promise((resolve) => setTimeout(resolve, 100))
  } while (performance.now() < giveUp)
  return false
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Docker } from '../engine/docker.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import { end } from './end.ts'
import { type Doubt, findDoubts, isOf, listManaged, type Managed, ORDER } from './managed.ts'
import { stillThere } from './remove.ts'
import { SharedNotes } from './shared-notes.ts'
import type { Kept } from './survey.ts'

/** What a removal of everything did: names, and why the rest is still there. */
export interface Removed {
  readonly removed: string[]
  readonly failed: string[]
  /** Of `failed`, that files were not given back. Their containers are gone: no later try finds them. */
  readonly notRestored: string[]
  /** What only others can remove. */
  readonly kept: Kept[]
}

/**
 * Removes every container, volume and network with exactly this owner label, alive or not: the owner's own, or
 * those of a main that its post step succeeds.
 * @param isMeant whether one is; default all are
 */
export async function removeOwned(
  docker: Docker,
  owner: ProcessIdentity,
  isMeant: (one: Managed) => boolean = () => true,
): Promise<Removed> {
  const result: Removed = { removed: [], failed: [], notRestored: [], kept: [] }
  const notes = new SharedNotes()
  for (const kinds of ORDER) {
    const listed = await Promise.all(kinds.map((kind) => listManaged(docker, kind)))
    const own = listed.flat().filter((one) => isOf(owner)(one) && isMeant(one))
    const doubts: ReadonlyMap<string, Doubt> = await findDoubts(docker, own)
    await Promise.all(
      own
        .filter(({ id }) => doubts.get(id) !== 'inherited')
        .map(async (one) => {
          const { removed, failure, kept, notRestored } = await end(docker, one, notes)
          if (notRestored) result.failed.push(notRestored)
          if (notRestored && removed) result.notRestored.push(notRestored)
          if (removed) result.removed.push(one.name)
          if (kept) result.kept.push({ name: one.name, reason: kept })
          if (failure !== null) result.failed.push(stillThere(one.name, failure, one.kind))
        }),
    )
  }
  return result
}

/** How long requests of a main that was killed may be carried out by the engine while nothing waits for them. */
const SETTLE_MS = 2_000
const PAUSE_MS = 200

/** {@link removeOwned} until nothing can come into being any more that the owner asked for. */
export async function removeSettled(docker: Docker, owner: ProcessIdentity): Promise<Removed> {
  const until = performance.now() + SETTLE_MS
  const removed = new Set<string>()
  const notRestored = new Set<string>()
  for (;;) {
    const found = await removeOwned(docker, owner)
    for (const name of found.removed) removed.add(name)
    for (const failure of found.notRestored) notRestored.add(failure)
    if (performance.now() > until) {
      const failed = [...new Set([...notRestored, ...found.failed])]
      return { ...found, removed: [...removed], failed, notRestored: [...notRestored] }
    }
    await sleep(PAUSE_MS)
  }
}

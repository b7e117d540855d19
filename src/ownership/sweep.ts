import type { Docker } from '../engine/docker.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import { end } from './end.ts'
import { findDoubts, gatherEvidence, isOf, listManaged, type Managed, ORDER, witnessNow } from './managed.ts'
import { judge, type Witness } from './orphans.ts'
import { stillThere } from './remove.ts'
import { SharedNotes } from './shared-notes.ts'

/** What a sweep did: names of containers, volumes and networks, and why the rest is still there. */
export interface Sweep {
  readonly orphans: string[]
  readonly kept: { readonly name: string; readonly reason: string }[]
  readonly failed: string[]
}

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
  const listed = await Promise.all(ORDER.flat().map((kind) => listManaged(docker, kind)))
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

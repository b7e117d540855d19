import type { Docker } from '../engine/docker.ts'
import { findDoubts, gatherEvidence, listManaged, type Managed, ORDER, witnessNow } from './managed.ts'
import { type Verdict, verdictOf, type Witness } from './orphans.ts'

/** Something of ours on an engine, with what a stranger may do to it. */
export interface Surveyed {
  readonly one: Managed
  readonly verdict: Verdict
}

/** All that is ours on an engine, judged by the same proofs for every caller. */
export interface Survey {
  /** Containers, volumes and networks; what has its labels from an image is none of ours. */
  readonly all: readonly Surveyed[]
  readonly witness: Witness
}

/**
 * Finds and judges all that is ours on an engine.
 * @throws EngineError
 */
export async function survey(docker: Docker): Promise<Survey> {
  const listed = await Promise.all(ORDER.flat().map((kind) => listManaged(docker, kind)))
  const { claims, witness } = await gatherEvidence(docker, listed.flat(), witnessNow())
  const judged = claims.map((one) => ({ one, verdict: verdictOf(one, witness) }))
  const orphans = judged.filter(({ verdict }) => verdict.kind === 'orphan').map(({ one }) => one)
  const doubts = await findDoubts(docker, orphans)
  const all = judged
    .filter(({ one }) => doubts.get(one.id) !== 'inherited')
    .map((found) => (doubts.has(found.one.id) ? { ...found, verdict: IMAGE_GONE } : found))
  return { all, witness }
}

const IMAGE_GONE: Verdict = {
  kind: 'unproven',
  reason: 'its image is gone, from which it may have its labels',
}

/** Something that was left where it is, and why. */
export interface Kept {
  readonly name: string
  readonly reason: string
}

/** What cannot be proven dead: one line for each task, which names its container where there is one. */
export function keptOf(all: readonly Surveyed[]): Kept[] {
  const byTask = new Map<string, Kept>()
  for (const { one, verdict } of all) {
    if (verdict.kind !== 'unproven') continue
    const task = taskOf(one)
    const known = byTask.get(task)
    const isShorter = known === undefined || one.name.length < known.name.length
    // A container has the shortest name of what is its task's; an anonymous volume has the longest.
    if (isShorter) byTask.set(task, { name: one.name, reason: verdict.reason })
  }
  return [...byTask.values()]
}

/** Distinguishes what one run made from what every other did. */
const taskOf = ({ name, labels, owner }: Managed): string => {
  const { 'acode.session': session = '', 'acode.task': task = '' } = labels
  return owner === null ? name : JSON.stringify([session, task, owner])
}

import type { Docker } from '../engine/docker.ts'
import { eachOf } from '../host/each-of.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import { end } from './end.ts'
import { isOf, type Managed, ORDER } from './managed.ts'
import { verdictOf, type Witness } from './orphans.ts'
import { type Removal, stillThere } from './remove.ts'
import { SharedNotes } from './shared-notes.ts'
import { type Kept, keptOf, type Survey, survey } from './survey.ts'

/** What a sweep did: names of containers, volumes and networks, and why the rest is still there. */
export interface Sweep {
  readonly orphans: string[]
  readonly kept: Kept[]
  readonly failed: string[]
  /** Bytes that removed containers had written, as far as the engine says. */
  freedBytes: number
}

/**
 * Removes every proven orphan, and says what was kept for want of proof (CTN-11). The container named `except` is in
 * the care of the process that makes or removes it now, and so is what it holds; and so is all of `owner`, whose end is
 * known to the caller.
 */
export async function sweepOrphans(
  docker: Docker,
  except: string,
  owner: ProcessIdentity | null = null,
): Promise<Sweep> {
  const { all, witness } = await survey(docker)
  const isOwners = owner === null ? () => false : isOf(owner)
  const others = all.filter(({ one }) => one.name !== except && !isOwners(one))
  // What the one that is cared for holds cannot be removed as long as it is there: that is no failure then.
  const cared = all.find(({ one }) => one.name === except)?.one.owner ?? null
  return removeOrphans(docker, { all: others, witness }, cared)
}

/** How many removals are asked for at once: the engine does no more, and a live job's calls come between them. */
const AT_ONCE = 16

/**
 * Removes the orphans of a survey, containers first. An engine that does not answer one removal is asked for no more.
 * @param cared what of its owner cannot be removed is no failure
 */
export async function removeOrphans(
  docker: Docker,
  { all, witness }: Survey,
  cared: ProcessIdentity | null = null,
): Promise<Sweep> {
  const sweep: Sweep = { orphans: [], kept: keptOf(all), failed: [], freedBytes: 0 }
  const notes = new SharedNotes()
  const orphans = all.filter(({ verdict }) => verdict.kind === 'orphan').map(({ one }) => one)
  const remover = new Remover(docker, notes, witness, sweep, cared)
  for (const kinds of ORDER) {
    const some = orphans.filter(({ kind }) => kinds.includes(kind))
    await eachOf(some, AT_ONCE, (one) => remover.remove(one))
  }
  remover.end()
  const there = all.map(({ one }) => one)
  await notes.forget((note) => verdictOf({ ...note, deadline: null }, witness).kind === 'orphan', there)
  return sweep
}

/** Removes orphans one by one, and keeps what is to be said of them. */
class Remover {
  readonly #docker: Docker
  readonly #notes: SharedNotes
  readonly #witness: Witness
  readonly #sweep: Sweep
  readonly #cared: ProcessIdentity | null
  /** Owners whose container stays: what it holds cannot go. */
  readonly #holders: ProcessIdentity[] = []
  /** Owners whose container another process removes just now, and with it what it holds. */
  readonly #others: ProcessIdentity[] = []
  #isAnswered = true
  #untried = 0

  constructor(
    docker: Docker,
    notes: SharedNotes,
    witness: Witness,
    sweep: Sweep,
    cared: ProcessIdentity | null,
  ) {
    this.#docker = docker
    this.#notes = notes
    this.#witness = witness
    this.#sweep = sweep
    this.#cared = cared
  }

  async remove(one: Managed): Promise<void> {
    if (isAmong(this.#holders, one)) return
    if (!this.#isAnswered) {
      this.#untried++
      return
    }
    const mayGiveBackLater = (one.deadline ?? 0) > this.#witness.nowSeconds
    const removal = await end(this.#docker, one, this.#notes, {
      mayGiveBackLater,
      isOthers: isAmong(this.#others, one),
      isStranger: true,
    })
    this.#report(one, removal)
  }

  /** Says what was not tried. */
  end(): void {
    if (this.#untried > 0)
      this.#sweep.failed.push(
        `${this.#untried} more orphans were not tried, since the engine does not answer; the next start on this engine removes them`,
      )
  }

  #report(one: Managed, { removed, kept, failure, notRestored, isAnswered = true, bytes }: Removal): void {
    const { orphans, failed } = this.#sweep
    if (removed) orphans.push(one.name)
    if (bytes) this.#sweep.freedBytes += bytes
    if (kept) this.#sweep.kept.push({ name: one.name, reason: kept })
    if (kept && one.owner) this.#holders.push(one.owner)
    const isGoneAnyway = !removed && !kept && failure === null
    if (isGoneAnyway && one.kind === 'container' && one.owner) this.#others.push(one.owner)
    if (notRestored) failed.push(notRestored)
    if (!isAnswered) this.#isAnswered = false
    const isExcused = isAmong(this.#others, one) || (this.#cared !== null && isOf(this.#cared)(one))
    if (failure !== null && !isExcused) failed.push(stillThere(one.name, failure, one.kind))
  }
}

const isAmong = (owners: readonly ProcessIdentity[], one: Managed): boolean =>
  owners.some((owner) => isOf(owner)(one))

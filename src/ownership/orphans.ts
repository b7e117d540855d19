import { z } from 'zod'
import type { ProcessIdentity } from '../host/identity.ts'

/** What is known of something that a run made, for a judgment whether its owner is dead. */
export interface Claim {
  readonly owner: ProcessIdentity | null
  /** Epoch seconds after which it is an orphan where its owner cannot be asked. */
  readonly deadline: number | null
  /** When it was made, in epoch seconds of this machine's clock; null: not known. */
  readonly created?: number | null
  /** Whether the container in which the owner ran is still there, as its engine says; null: it ran in none, or not known. */
  readonly ownerContainer?: 'runs' | 'ended' | null
}

/** Whether a container may be removed by a process that does not own it, and why. */
export type Verdict =
  | {
      readonly kind: 'orphan'
      readonly reason: 'owner-dead' | 'owner-container-ended' | 'earlier-boot' | 'past-deadline'
    }
  | { readonly kind: 'alive' }
  | { readonly kind: 'unproven'; readonly reason: string }

/** What a verdict is based on: who asks, what the time is, and how a process is looked up. */
export interface Witness {
  readonly self: ProcessIdentity
  readonly nowSeconds: number
  /** When this machine was started, in epoch seconds; null: not known. */
  readonly bootSeconds?: number | null
  /** Null: there is no such process, or it is hidden from us. */
  readonly startTime: (pid: number) => string | null
  readonly exists: (pid: number) => boolean
}

/** The text of the owner label. */
export const ownerSchema = z.object({
  host: z.string(),
  boot: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  pid: z.number().int().positive(),
  start: z.string().nullable(),
  machine: z.string().nullish(),
  container: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullish(),
})

/** Reads the owner label; null when it is missing or not ours. */
export function parseOwner(label: string): ProcessIdentity | null {
  try {
    return ownerSchema.parse(JSON.parse(label))
  } catch {
    return null // no owner can be read: the deadline decides
  }
}

/**
 * Judges by proof alone (docs/architecture.md, "Owner and orphan"). An owner that is seen alive outweighs everything
 * else; a deadline counts only for one that cannot be asked.
 */
export function verdictOf(claim: Claim, witness: Witness): Verdict {
  const { owner, deadline } = claim
  const asked = owner ? ask(owner, witness) : 'its owner label cannot be read'
  if (asked === 'alive') return { kind: 'alive' }
  if (asked === 'dead') return { kind: 'orphan', reason: 'owner-dead' }
  if (owner?.container && claim.ownerContainer === 'ended')
    return { kind: 'orphan', reason: 'owner-container-ended' }
  if (owner && isOfEarlierBoot(owner, claim, witness)) return { kind: 'orphan', reason: 'earlier-boot' }
  if (deadline !== null && deadline < witness.nowSeconds) return { kind: 'orphan', reason: 'past-deadline' }
  return { kind: 'unproven', reason: asked }
}

/** Looks for the owner's process: its state where that can be seen from here, else why not. */
function ask(owner: ProcessIdentity, { self, startTime, exists }: Witness): string {
  if (owner.host !== self.host) return `its owner is on host ${owner.host}`
  if (owner.boot === null || self.boot === null) return 'this system has no boot id'
  if (owner.boot !== self.boot) return 'its owner is of another boot, or of another machine of this name'
  if (owner.pidNamespace === null || owner.pidNamespace !== self.pidNamespace)
    return 'its owner is in another pid namespace'
  if (owner.start === null) return 'its owner’s start time is not known'
  const start = startTime(owner.pid)
  if (start === owner.start) return 'alive'
  return start === null && exists(owner.pid) ? `process ${owner.pid} is hidden from us` : 'dead'
}

/** True when both name one host and do not share a boot: an earlier one of this machine, or another machine's. */
export const isOfAnotherBoot = (owner: ProcessIdentity, self: ProcessIdentity): boolean =>
  owner.host === self.host && owner.boot !== null && self.boot !== null && owner.boot !== self.boot

/** Clocks are read to the second, and the engine's is asked over a socket. */
const CLOCK_SECONDS = 5

/**
 * Made before this machine was started, by a process of this machine. Another boot id proves neither: machines that were
 * cloned share name and machine id, but not their network cards.
 */
function isOfEarlierBoot(owner: ProcessIdentity, claim: Claim, { self, bootSeconds }: Witness): boolean {
  const { created, ownerContainer } = claim
  if (!isOfAnotherBoot(owner, self) || ownerContainer === 'runs') return false
  if (owner.machine && self.machine && owner.machine !== self.machine) return false
  return created != null && bootSeconds != null && created < bootSeconds - CLOCK_SECONDS
}

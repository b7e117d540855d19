import { z } from 'zod'
import type { ProcessIdentity } from '../engine/host.ts'
import type { SharedFolders } from './shared-folders.ts'

/** One of our containers as the engine lists it. */
export interface ManagedContainer {
  readonly id: string
  readonly name: string
  readonly owner: ProcessIdentity | null
  readonly deadline: number | null
  /** What it has of the runner's; null for volumes and networks too. */
  readonly shared: SharedFolders | null
}

/** Whether a container may be removed by somebody who does not own it, and why. */
export type Verdict =
  | { readonly kind: 'orphan'; readonly reason: 'owner-dead' | 'earlier-boot' | 'past-deadline' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'unproven'; readonly reason: string }

/** What a verdict is based on: who asks, what the time is, and how a process is looked up. */
export interface Witness {
  readonly self: ProcessIdentity
  readonly nowSeconds: number
  /** Null: there is no such process, or it is hidden from us. */
  readonly startTime: (pid: number) => string | null
  readonly exists: (pid: number) => boolean
}

const ownerSchema = z.object({
  host: z.string(),
  boot: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  pid: z.number().int().positive(),
  start: z.string().nullable(),
})

/** Reads the owner label; null where it is missing or not ours. */
export function parseOwner(label: string): ProcessIdentity | null {
  try {
    return ownerSchema.parse(JSON.parse(label))
  } catch {
    return null // no owner can be read: the deadline decides
  }
}

/**
 * Judges a container by proof alone (docs/architecture.md, "Owner and orphan"). A label proves nothing by itself:
 * other jobs on the same engine are alive, and other hosts' processes cannot be seen from here.
 */
export function judge(container: Pick<ManagedContainer, 'owner' | 'deadline'>, witness: Witness): Verdict {
  const { owner, deadline } = container
  if (deadline !== null && deadline < witness.nowSeconds) return { kind: 'orphan', reason: 'past-deadline' }
  if (!owner) return { kind: 'unproven', reason: 'its owner label cannot be read' }
  const { self } = witness
  if (owner.host !== self.host) return { kind: 'unproven', reason: `its owner is on host ${owner.host}` }
  if (owner.boot === null || self.boot === null)
    return { kind: 'unproven', reason: 'this system has no boot id' }
  if (owner.boot !== self.boot) return { kind: 'orphan', reason: 'earlier-boot' }
  if (owner.pidNamespace === null || owner.pidNamespace !== self.pidNamespace)
    return { kind: 'unproven', reason: 'its owner is in another pid namespace' }
  if (owner.start === null) return { kind: 'unproven', reason: 'its owner’s start time is not known' }
  const start = witness.startTime(owner.pid)
  if (start === owner.start) return { kind: 'alive' }
  if (start === null && witness.exists(owner.pid))
    return { kind: 'unproven', reason: `process ${owner.pid} is hidden from us` }
  return { kind: 'orphan', reason: 'owner-dead' }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { ContainerDescription } from '../../engine/container-description.ts'
import { EngineError } from '../../engine/errors.ts'
import { BOUNDS } from '../../engine/transport/call.ts'
import * as runner from '../../github/runner.ts'
import { LABEL, type LabelFacts, labelsOf, sharedLabel } from '../../ownership/labels.ts'
import { findManaged, gatherEvidence, type Managed, witnessNow } from '../../ownership/managed.ts'
import { verdictOf } from '../../ownership/orphans.ts'
import { tryRemove } from '../../ownership/remove.ts'
import { type Context, throwIfCancelled } from '../context/context.ts'

/** The session of all locks: with the key as task, name and labels say that they are ours, as of all else. */
const SESSION = 'imagelock'

/** The container that is the lock of a key: the run that makes it has the lock. */
export const lockName = (key: string): string => `acode-${SESSION}-${key}.lock`

/** What is made under a lock. */
export interface LockedWork<T> {
  readonly key: string
  /** An image that the engine has, of which the lock is made. It is never started. */
  readonly image: string
  /** What is waited for, for people. */
  readonly what: string
  /** What another run has made meanwhile; null when it is not there yet. */
  readonly made: () => Promise<T | null>
  readonly make: () => Promise<T>
}

const LOOK_MS = 300
const REPORT_MS = 30_000

/**
 * Makes something once for all runs on an engine. The lock is a container of a fixed name that is never started: it has
 * our labels, so that the lock of a dead run is known by the same proofs as all else, and taken over.
 * @returns what was made, by this run or another
 */
export async function oncePerEngine<T>(
  context: Context,
  labels: LabelFacts,
  work: LockedWork<T>,
): Promise<{ readonly value: T; readonly isOwn: boolean }> {
  let reportAt = performance.now()
  for (;;) {
    throwIfCancelled(context)
    const made = await work.made()
    if (made !== null) return { value: made, isOwn: false }
    const lock = await take(context, labels, work)
    if (lock !== null) return underLock(context, lock, work)
    const holder = await findManaged(context.docker, lockName(work.key))
    if (holder !== null && (await removeDead(context, holder))) continue
    if (holder !== null && performance.now() >= reportAt) {
      runner.info(`Waiting for ${work.what}, which ${nameOf(holder)} makes`)
      reportAt = performance.now() + REPORT_MS
    }
    await sleep(LOOK_MS, undefined, { signal: context.signals.cancel }).catch(() => undefined)
  }
}

async function underLock<T>(
  { docker, scope }: Context,
  lock: string,
  { made, make }: LockedWork<T>,
): Promise<{ readonly value: T; readonly isOwn: boolean }> {
  const owned = scope.own(() => docker.containers.remove(lock))
  try {
    // Between the look and the lock another run may have made it.
    const there = await made()
    return there === null ? { value: await make(), isOwn: true } : { value: there, isOwn: false }
  } finally {
    await owned.releaseQuietly()
  }
}

/** The id of the lock; null when another run has it. */
async function take(
  { docker, scope }: Context,
  facts: LabelFacts,
  { key, image }: Pick<LockedWork<unknown>, 'key' | 'image'>,
): Promise<string | null> {
  const deadline = Math.max(facts.deadline, Math.ceil((Date.now() + BOUNDS.build) / 1000))
  const labels = {
    ...labelsOf({ ...facts, session: SESSION, task: key, deadline }, {}),
    ...sharedLabel(null),
  }
  const lock: ContainerDescription = {
    Image: image,
    Labels: labels,
    Entrypoint: ['/none'],
    HostConfig: { NetworkMode: 'none' },
  }
  try {
    return await scope.making(() => docker.containers.create(lockName(key), lock), isTaken)
  } catch (error) {
    if (isTaken(error)) return null
    throw error
  }
}

const isTaken = (error: unknown): boolean => error instanceof EngineError && error.reason === 'conflict'

/** Removes the lock of a run that is proven dead. By its id: the name may be another's by now. */
async function removeDead({ docker }: Context, holder: Managed): Promise<boolean> {
  const { claims, witness } = await gatherEvidence(docker, [holder], witnessNow())
  const isDead = claims.some((claim) => verdictOf(claim, witness).kind === 'orphan')
  if (!isDead) return false
  const { failure } = await tryRemove(docker, holder.id, { whose: 'others' })
  if (failure === null) runner.info(`The lock of ${nameOf(holder)}, which has ended, is taken over.`)
  return failure === null
}

function nameOf({ owner, labels }: Managed): string {
  const job = labels[LABEL.job] ? ` of job ${labels[LABEL.job]}` : ''
  return owner === null ? 'another run' : `process ${owner.pid}${job}`
}

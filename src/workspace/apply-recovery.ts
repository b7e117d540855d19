import { join } from 'node:path'
import { removeFolder } from '../engine/files.ts'
import { messageOf, TaskError } from '../errors.ts'
import {
  type Applier,
  type ApplyLock,
  claimLock,
  dropLock,
  lockPath,
  readJournal,
  readLock,
} from './apply-journal.ts'
import { blockedSteps, removeEmptied, syncSteps, takeBack } from './apply-steps.ts'

/** How an apply ended: its changes are all there, or none is. */
export type ApplyEnd = 'completed' | 'taken back'

/**
 * Brings an apply to its end, from wherever it stands: before its commit it is taken back, from there on completed.
 * Every step shows whether it was done, so that a killed end is simply begun again.
 * @throws TaskError ACODE-CTN-010 where somebody changed since what would have to be put back; nothing is touched
 */
export async function endApply(workspace: string, lock: ApplyLock): Promise<ApplyEnd> {
  const staging = join(workspace, lock.folder)
  const journal = await readJournal(staging)
  if (journal?.committed) await removeEmptied(workspace, journal.steps)
  else if (journal) {
    const blocked = await blockedSteps(workspace, staging, journal.steps)
    if (blocked.length > 0) throw notTakenBack(workspace, staging, `${some(blocked)} changed there since`)
    try {
      for (const [n, step] of [...journal.steps.entries()].reverse())
        await takeBack(workspace, staging, n, step)
      await syncSteps(workspace, staging, journal.steps)
    } catch (error) {
      throw notTakenBack(workspace, staging, messageOf(error), error)
    }
  }
  await dropLock(workspace, lock)
  return journal?.committed ? 'completed' : 'taken back'
}

const BUSY_MS = 50
/** How long one waits for another who applies changes to the same workspace. */
export const PATIENCE_MS = 60_000

/**
 * Ends the apply of somebody who is dead, and waits while another survivor does.
 * @returns how it ended; null where there was nothing to end, or its owner is not dead
 * @throws TaskError ACODE-CTN-010
 */
export async function endDeadApply(workspace: string, applier: Applier): Promise<ApplyEnd | null> {
  const giveUp = performance.now() + PATIENCE_MS
  for (;;) {
    const lock = await readLock(workspace)
    if (lock === null || !applier.isDead(lock) || performance.now() > giveUp) return null
    const claim = await claimLock(workspace, lock, applier)
    if (claim !== null)
      return endApply(workspace, lock).catch(async (error: unknown) => {
        await removeFolder(claim)
        throw error
      })
    await pause()
  }
}

/** Waits for a lock to be free, or for another look at it. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BUSY_MS))

/** A few of many paths, for a message. */
export const some = (paths: readonly string[]): string => paths.slice(0, 5).join(', ')

function notTakenBack(workspace: string, staging: string, why: string, cause?: unknown): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `A task’s changes were applied to ${workspace} in part and cannot be taken back: ${why}. What was there before is in ${staging} (old-N is that of the Nth step, counted from 0, in journal.json). Put back what you need, then remove ${staging} and ${lockPath(workspace)}.`,
    { cause },
  )
}

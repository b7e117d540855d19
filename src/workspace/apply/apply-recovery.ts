import { join } from 'node:path'
import { messageOf, TaskError } from '../../errors.ts'
import { removeFolder } from '../../host/files.ts'
import { HeldFolder } from '../../host/held-folder.ts'
import {
  type Applier,
  type ApplyLock,
  type ApplyPlace,
  applyPlace,
  claimLock,
  dropLock,
  journalFolder,
  lockPath,
  openStaging,
  readJournal,
  readLock,
  stagingName,
} from './apply-journal.ts'
import { blockedSteps, removeEmptied, syncSteps, takeBack } from './apply-steps.ts'

/**
 * How an apply ended: its changes are all there, or none is. `gone`: the folder with what was there before is gone
 * from the workspace, as where that was checked out anew, and there is nothing left to be taken back.
 */
export type ApplyEnd = 'completed' | 'taken back' | 'gone'

/**
 * Brings an apply to its end, from wherever it stands: before its commit it is taken back, from there on completed.
 * Every step shows whether it was done, so that a killed end is simply begun again.
 * @throws TaskError ACODE-CTN-010 when what would have to be put back was changed since; nothing is touched
 */
export async function endApply(place: ApplyPlace, lock: ApplyLock): Promise<ApplyEnd> {
  const workspace = await HeldFolder.open(place.workspace)
  const staging = await openStaging(place, lock, workspace)
  try {
    const end = await finishApply(place, lock, workspace, staging)
    await dropLock(place, lock, workspace, staging)
    return end
  } finally {
    await staging?.close()
    await workspace.close()
  }
}

async function finishApply(
  place: ApplyPlace,
  lock: ApplyLock,
  workspace: HeldFolder,
  staging: HeldFolder | null,
): Promise<ApplyEnd> {
  const journal = await readJournal(journalFolder(place, lock))
  if (journal === null) return 'taken back'
  if (staging === null) return journal.committed ? 'completed' : 'gone'
  const { steps, committed } = journal
  if (committed) {
    await removeEmptied(workspace, steps)
    return 'completed'
  }
  const blocked = await blockedSteps(workspace, staging, steps)
  if (blocked.length > 0) throw notTakenBack(place, lock, `${some(blocked)} changed there since`)
  try {
    for (const [n, step] of [...steps.entries()].reverse()) await takeBack(workspace, staging, n, step)
    await syncSteps(workspace, staging, steps)
    return 'taken back'
  } catch (error) {
    throw notTakenBack(place, lock, messageOf(error), error)
  }
}

const BUSY_MS = 50
/** How long one waits for another who applies changes to the same workspace. */
export const PATIENCE_MS = 60_000

/**
 * Ends the apply of a process that is dead, and waits while another survivor does.
 * @returns how it ended; null when there was nothing to end, or its owner is not dead
 * @throws TaskError ACODE-CTN-010
 */
export async function endDeadApply(workspace: string, applier: Applier): Promise<ApplyEnd | null> {
  const place = await applyPlace(workspace, applier.paths.keeping, false)
  const giveUp = performance.now() + PATIENCE_MS
  while (place !== null) {
    const lock = await readLock(place)
    if (lock === null || !applier.isDead(lock) || performance.now() > giveUp) return null
    const claim = await claimLock(place, lock, applier)
    if (claim !== null)
      return endApply(place, lock).catch(async (error: unknown) => {
        await removeFolder(claim)
        throw error
      })
    await pause()
  }
  return null
}

/** Waits for a lock to be free, or for another look at it. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BUSY_MS))

/** A few of many paths, for a message. */
export const some = (paths: readonly string[]): string => paths.slice(0, 5).join(', ')

/** What a person is to do where changes are there in part. */
function notTakenBack(place: ApplyPlace, lock: ApplyLock, why: string, cause?: unknown): TaskError {
  const staging = join(place.workspace, stagingName(lock))
  const folder = journalFolder(place, lock)
  return new TaskError(
    'ACODE-CTN-010',
    `A task’s changes were applied to ${place.workspace} in part and cannot be taken back: ${why}. What was there before is in ${staging} (old-N is that of the Nth step, counted from 0, in ${join(folder, 'journal.json')}). Put back what you need, then remove ${staging}, ${folder} and ${lockPath(place)}.`,
    { cause },
  )
}

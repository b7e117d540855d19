import { messageOf, TaskError } from '../../errors.ts'
import type { View } from '../../host/git-view.ts'
import { HeldFolder } from '../../host/held-folder.ts'
import { type Changes, statInside } from '../changes.ts'
import { areTimesDoubtful, notAsInIndex } from '../clock.ts'
import { isReadable, withRepository } from '../repository.ts'
import {
  type Applier,
  type ApplyLock,
  type ApplyPlace,
  applyPlace,
  commitJournal,
  journalFolder,
  lockPath,
  makeStaging,
  takeLock,
  writeJournal,
} from './apply-journal.ts'
import { type ApplyEnd, endApply, endDeadApply, PATIENCE_MS, pause, some } from './apply-recovery.ts'
import { stageChanges } from './apply-stage.ts'
import { doStep, identityOf, syncSteps } from './apply-steps.ts'

/**
 * Paths of the runner's workspace that others changed after `since`: the task's changes are changes of
 * what was there before. That a file went shows by the time of its folder, and by its being tracked: a file that
 * git does not know cannot be distinguished from one that the task made. Where the clock was set, contents count instead of
 * times: what is as git has it did not change.
 * @param scratch a folder for what git needs; no task may write to it
 */
export async function changedSince(
  workspace: string,
  changes: Changes,
  since: Date,
  scratch: string,
): Promise<string[]> {
  const found: string[] = []
  const missing: string[] = []
  for (const path of [...changes.written.keys(), ...changes.deleted]) {
    const state = await statInside(workspace, path)
    if (state === null ? await folderChanged(workspace, path, since) : state.ctime > since)
      (state === null ? missing : found).push(path)
  }
  const isDoubtful = await areTimesDoubtful(workspace, since)
  const changed = isDoubtful ? await notAsInIndex(workspace, found, scratch) : found
  if (missing.length === 0 || !(await isReadable(workspace, scratch))) return changed
  const list = (view: View) => view.git(['ls-files', '-z'], { encoding: 'latin1' })
  const listed = await withRepository(workspace, list, { scratch })
  const tracked = new Set(listed.split('\0'))
  return [...changed, ...missing.filter((path) => tracked.has(path))]
}

/** True when the folder that would hold a path, or the nearest above it that is there, changed after `since`. */
async function folderChanged(workspace: string, path: string, since: Date): Promise<boolean> {
  for (let end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
    const folder = await statInside(workspace, end > 0 ? path.slice(0, end) : '')
    if (folder) return folder.ctime > since
    if (end <= 0) return false
  }
}

/**
 * Brings changes to the runner's workspace, all or none, also where this process is killed: new contents are
 * written aside and what is to be done is written down before anything is touched ({@link endApply} has the rest).
 * One at a time does so in a workspace.
 * @throws TaskError ACODE-CTN-010; the workspace is then as it was, or the message says what is not
 */
export async function applyChanges(
  workspace: string,
  changes: Changes,
  since: Date,
  applier: Applier,
): Promise<void> {
  const place = await applyPlace(workspace, applier.paths.keeping, true)
  if (place === null)
    throw doesNotFit(workspace, 'no folder for the journal can be made next to the runner’s workspaces')
  const seen = await identities(place, changes)
  const conflicts = await changedSince(workspace, changes, since, applier.paths.temp)
  if (conflicts.length > 0) throw doesNotFit(workspace, `${some(conflicts)} changed there while the task ran`)
  const lock = await waitForLock(place, applier)
  let failure: unknown
  try {
    await doApply(place, lock, changes, seen, applier)
  } catch (error) {
    failure = error
  }
  const end: ApplyEnd = await endApply(place, lock)
  if (end === 'gone')
    throw new TaskError(
      'ACODE-CTN-010',
      `The task’s changes were applied to ${place.workspace} in part: what was there before was removed meanwhile (${messageOf(failure)}). Check the workspace out anew; the changes are in the record.`,
      { cause: failure },
    )
  if (end === 'taken back') throw doesNotFit(workspace, messageOf(failure), failure)
}

/** Does all of an apply whose lock is held, up to its commit. */
async function doApply(
  place: ApplyPlace,
  lock: ApplyLock,
  changes: Changes,
  seen: ReadonlyMap<string, string | null>,
  { permit }: Applier,
): Promise<void> {
  const workspace = await HeldFolder.open(place.workspace)
  let staging: HeldFolder | null = null
  try {
    staging = await makeStaging(place, lock, workspace)
    const steps = await stageChanges(place.workspace, staging, changes)
    const now = await identities(place, changes)
    const moved = [...now].flatMap(([path, identity]) => (seen.get(path) === identity ? [] : [path]))
    if (moved.length > 0) throw new Error(`${some(moved)} changed there meanwhile`)
    await staging.sync()
    await workspace.sync()
    await permit?.()
    await writeJournal(journalFolder(place, lock), steps)
    for (const [n, step] of steps.entries()) await doStep(workspace, staging, n, step)
    await syncSteps(workspace, staging, steps)
    await commitJournal(journalFolder(place, lock))
  } finally {
    await staging?.close()
    await workspace.close()
  }
}

/** What is at the paths of changes now. */
async function identities(
  place: ApplyPlace,
  { written, deleted }: Changes,
): Promise<Map<string, string | null>> {
  const found = new Map<string, string | null>()
  const workspace = await HeldFolder.open(place.workspace)
  try {
    for (const path of [...written.keys(), ...deleted]) found.set(path, await identityOf(workspace, path))
  } finally {
    await workspace.close()
  }
  return found
}

async function waitForLock(place: ApplyPlace, applier: Applier): Promise<ApplyLock> {
  const giveUp = performance.now() + PATIENCE_MS
  while (performance.now() < giveUp) {
    const lock = await takeLock(place, applier).catch((error: unknown) => {
      throw doesNotFit(place.workspace, messageOf(error), error)
    })
    if (lock) return lock
    await endDeadApply(place.workspace, applier)
    await pause()
  }
  throw doesNotFit(place.workspace, `another task applies its changes there (${lockPath(place)})`)
}

/** Why changes were not applied. */
export function doesNotFit(workspace: string, why: string, cause?: unknown): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The task’s changes were not applied to ${workspace}: ${why}. The workspace is as it was; the changes are in the record, apply them by hand (git apply).`,
    { cause },
  )
}

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { syncToDisk } from '../engine/files.ts'
import { messageOf, TaskError } from '../errors.ts'
import {
  type Applier,
  type ApplyLock,
  commitJournal,
  lockPath,
  takeLock,
  writeJournal,
} from './apply-journal.ts'
import { endApply, endDeadApply, PATIENCE_MS, pause, some } from './apply-recovery.ts'
import { stage } from './apply-stage.ts'
import { doStep, identityOf, syncSteps } from './apply-steps.ts'
import { type Changes, statInside } from './changes.ts'
import { isReadable, withRepository } from './repository.ts'

/**
 * Paths of the runner's workspace that somebody else changed after `since`: the task's changes are changes of
 * what was there before. That a file went shows by the time of its folder, and by its being tracked: a file that
 * git does not know cannot be told from one that the task made.
 */
export async function changedSince(workspace: string, changes: Changes, since: Date): Promise<string[]> {
  const found: string[] = []
  const missing: string[] = []
  for (const path of [...changes.written.keys(), ...changes.deleted]) {
    const state = await statInside(workspace, path)
    if (state === null ? await folderChanged(workspace, path, since) : state.ctime > since)
      (state === null ? missing : found).push(path)
  }
  if (missing.length === 0 || !(await isReadable(workspace))) return found
  const listed = await withRepository(workspace, (view) =>
    view.git(['ls-files', '-z'], { encoding: 'latin1' }),
  )
  const tracked = new Set(listed.split('\0'))
  return [...found, ...missing.filter((path) => tracked.has(path))]
}

/** True where the folder that would hold a path, or the nearest above it that is there, changed after `since`. */
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
  const seen = await identities(workspace, changes)
  const conflicts = await changedSince(workspace, changes, since)
  if (conflicts.length > 0) throw doesNotFit(workspace, `${some(conflicts)} changed there while the task ran`)
  const lock = await waitForLock(workspace, applier)
  const staging = join(workspace, lock.folder)
  let failure: unknown
  try {
    await mkdir(staging, { mode: 0o700 })
    const steps = await stage(workspace, staging, changes)
    const now = await identities(workspace, changes)
    const moved = [...now].flatMap(([path, identity]) => (seen.get(path) === identity ? [] : [path]))
    if (moved.length > 0) throw new Error(`${some(moved)} changed there meanwhile`)
    await writeJournal(staging, steps)
    await syncToDisk(workspace)
    for (const [n, step] of steps.entries()) await doStep(workspace, staging, n, step)
    await syncSteps(workspace, staging, steps)
    await commitJournal(staging)
  } catch (error) {
    failure = error
  }
  if ((await endApply(workspace, lock)) === 'taken back')
    throw doesNotFit(workspace, messageOf(failure), failure)
}

/** What is at the paths of changes now. */
async function identities(
  workspace: string,
  { written, deleted }: Changes,
): Promise<Map<string, string | null>> {
  const found = new Map<string, string | null>()
  for (const path of [...written.keys(), ...deleted]) found.set(path, await identityOf(workspace, path))
  return found
}

async function waitForLock(workspace: string, applier: Applier): Promise<ApplyLock> {
  const giveUp = performance.now() + PATIENCE_MS
  while (performance.now() < giveUp) {
    const lock = await takeLock(workspace, applier).catch((error: unknown) => {
      throw doesNotFit(workspace, messageOf(error), error)
    })
    if (lock) return lock
    await endDeadApply(workspace, applier)
    await pause()
  }
  throw doesNotFit(workspace, `another task applies its changes there (${lockPath(workspace)})`)
}

/** Why changes were not applied. */
export function doesNotFit(workspace: string, why: string, cause?: unknown): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The task’s changes were not applied to ${workspace}: ${why}. The workspace is as it was; the changes are in the record, apply them by hand (git apply).`,
    { cause },
  )
}

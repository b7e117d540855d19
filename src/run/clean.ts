import type { Docker } from '../engine/docker.ts'
import { messageOf } from '../errors.ts'
import { formatBytes } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import { removeFolder } from '../host/files.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import { soonAfter } from '../host/signals.ts'
import { witnessNow } from '../ownership/managed.ts'
import { judge, parseOwner } from '../ownership/orphans.ts'
import { removeContainer, removeNetwork } from '../ownership/remove.ts'
import { removeOwned } from '../ownership/remove-owned.ts'
import { SharedNotes } from '../ownership/shared-notes.ts'
import { type Sweep, sweepOrphans } from '../ownership/sweep.ts'
import { privateFolders } from '../record/folder.ts'
import type { RunRecord } from '../record/run-record.ts'
import { keptFolders, removeExpired } from '../workspace/keep.ts'
import type { Context } from './context.ts'

/** Removes the run's container (CTN-5). What cannot be removed is left to the post step, which tries again. */
export async function removeOwn({ docker, run, workspace, network }: Context): Promise<void> {
  const { container, cleanup, phases } = run.recorder.record
  const before = cleanup.failed.length
  try {
    if (container.id !== null && (phases.run === undefined || phases.collect !== undefined)) {
      await removeContainer(docker, container.id, container.name)
      cleanup.removed.push(container.name)
      await new SharedNotes().drop({ name: container.name, owner: run.owner })
      const rest = await Promise.allSettled([
        workspace?.dispose(),
        network === null ? undefined : removeNetwork(docker, network),
      ])
      for (const one of rest) if (one.status === 'rejected') cleanup.failed.push(messageOf(one.reason))
    } else if (phases.workspace !== undefined) {
      // Creation or run failed or was interrupted: whatever there is of it carries our owner label.
      const { removed, failed } = await removeOwned(docker, run.owner, container.name)
      cleanup.removed.push(...removed)
      cleanup.failed.push(...failed)
    }
  } catch (error) {
    cleanup.failed.push(messageOf(error))
  }
  for (const failure of cleanup.failed.slice(before))
    runner.warning(`${failure} (the post step tries again)`, 'ACODE-CTN-002')
}

/** What a cancelled job has left for the removal of its files: with many, it is the post step that ends it. */
const REMOVAL_AFTER_CANCEL_MS = 1_500

/** Removes what only the run itself needed: control folder, secrets, environment. */
export async function removePrivate({ run: { folder, recorder }, signals }: Context): Promise<void> {
  try {
    await removeFolder(folder.private, soonAfter(signals.cancel, REMOVAL_AFTER_CANCEL_MS))
  } catch (error) {
    recorder.record.cleanup.failed.push(`${folder.private}: ${messageOf(error)}`)
  }
}

/**
 * What a killed main kept private goes when it is proven dead: secrets and working copies do not wait for a post
 * step that never came (CTN-11).
 */
export async function removeDeadPrivate(temp: string): Promise<{ orphans: string[]; failed: string[] }> {
  const result = { orphans: [] as string[], failed: [] as string[] }
  const witness = witnessNow()
  for (const { folder, owner, created } of await privateFolders(temp)) {
    if (judge({ owner: parseOwner(owner), deadline: null, created }, witness).kind !== 'orphan') continue
    try {
      await removeFolder(folder)
      result.orphans.push(folder)
    } catch (error) {
      result.failed.push(`${folder}: ${messageOf(error)}`)
    }
  }
  return result
}

/** Kept copies of failed tasks go when they are old, on whatever run comes next on this machine (GIT-3). */
export async function expireKept({ run, env }: Context): Promise<void> {
  const days = run.inputs['cleanup-age-days'] ?? DEFAULT_AGE_DAYS
  try {
    const { folders, bytes } = await removeExpired(keptFolders(env), days, new Date())
    if (folders.length > 0)
      runner.info(`Removed ${folders.length} kept copies older than ${days} days (${formatBytes(bytes)})`)
  } catch (error) {
    runner.warning(`Kept copies could not be removed: ${messageOf(error)}`, 'ACODE-CTN-002')
  }
}

const DEFAULT_AGE_DAYS = 7

/** Sweeps beside the task. A sweep that fails costs the task nothing. */
export async function sweep(
  docker: Docker,
  except = '',
  owner: ProcessIdentity | null = null,
): Promise<Sweep> {
  try {
    return await sweepOrphans(docker, except, owner)
  } catch (error) {
    return { orphans: [], kept: [], failed: [`orphans could not be looked for: ${messageOf(error)}`] }
  }
}

/** Puts what a sweep found into record and log. */
export function reportSweep(record: RunRecord, found: Sweep): void {
  const { cleanup } = record
  cleanup.orphans = [...new Set([...cleanup.orphans, ...found.orphans])]
  cleanup.kept = found.kept
  cleanup.failed = [...new Set([...cleanup.failed, ...found.failed])]
  tellSweep(found)
}

/** Puts what a sweep found into the log. */
export function tellSweep(found: Sweep): void {
  if (found.orphans.length > 0) runner.info(`Removed orphans: ${found.orphans.join(', ')}`)
  // Most of them are other jobs', which are well.
  for (const { name, reason } of found.kept) runner.debug(`Kept ${name}: ${reason}`)
}

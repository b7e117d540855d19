import type { Docker } from '../engine/docker.ts'
import { messageOf } from '../errors.ts'
import { formatBytes } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import { removeFolder } from '../host/files.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import { soonAfter } from '../host/signals.ts'
import { witnessNow } from '../ownership/managed.ts'
import { judge, parseOwner } from '../ownership/orphans.ts'
import {
  removeContainer,
  removeNetwork,
  removeOwned,
  type Sweep,
  sweepOrphans,
} from '../ownership/removal.ts'
import { SharedNotes } from '../ownership/shared-notes.ts'
import { privateFolders } from '../record/folder.ts'
import type { RunRecord } from '../record/run-record.ts'
import { keptFolders, removeExpired } from '../workspace/keep.ts'
import { type Reclaimer, removeWithEngine } from '../workspace/remove-with-engine.ts'
import type { Context } from './context.ts'

/**
 * Removes the run's container and its network (CTN-5). What cannot be removed is left to the post step, which tries
 * again.
 * @param isKnown whether these are all that the run has made; otherwise whatever carries its owner label goes
 */
export async function removeOwn(
  { docker, run, network, isNetworkAsked }: Context,
  isKnown: boolean,
): Promise<void> {
  const { container, cleanup, phases } = run.recorder.record
  const before = cleanup.failed.length
  try {
    if (container.id !== null && isKnown) {
      await removeContainer(docker, container.id, container.name)
      cleanup.removed.push(container.name)
      await new SharedNotes().drop({ name: container.name, owner: run.owner })
      if (network !== null) await removeNetwork(docker, network)
    } else if (phases.workspace !== undefined || isNetworkAsked) {
      // Creation or run failed or was interrupted: whatever there is of it carries our owner label.
      const { removed, failed } = await removeOwned(docker, run.owner)
      cleanup.removed.push(...removed)
      cleanup.failed.push(...failed)
    }
  } catch (error) {
    cleanup.failed.push(messageOf(error))
  }
  tellFailed(cleanup.failed.slice(before))
}

/** Removes what the workspace is made of, once its container is gone. */
export async function removeWorkspace({ run, workspace }: Context): Promise<void> {
  const { cleanup } = run.recorder.record
  await workspace?.dispose().catch((error: unknown) => {
    cleanup.failed.push(messageOf(error))
    tellFailed([messageOf(error)])
  })
}

function tellFailed(failed: readonly string[]): void {
  for (const failure of failed) runner.warning(`${failure} (the post step tries again)`, 'ACODE-CTN-002')
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
 * step that never came (CTN-11). Without a reclaimer what is another user's stays.
 */
export async function removeDeadPrivate(
  temp: string,
  reclaimer: (() => Promise<Reclaimer>) | null,
): Promise<{ orphans: string[]; failed: string[] }> {
  const result = { orphans: [] as string[], failed: [] as string[] }
  const witness = witnessNow()
  for (const { folder, owner, created } of await privateFolders(temp)) {
    if (judge({ owner: parseOwner(owner), deadline: null, created }, witness).kind !== 'orphan') continue
    try {
      await (reclaimer === null ? removeFolder(folder) : removeWithEngine(folder, reclaimer))
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

import { setTimeout as sleep } from 'node:timers/promises'
import type { Docker } from '../../engine/docker.ts'
import { messageOf } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import { removeFolder } from '../../host/files.ts'
import type { ProcessIdentity } from '../../host/identity.ts'
import { removeOldImages, surveyImages } from '../../ownership/derived-images.ts'
import { witnessNow } from '../../ownership/managed.ts'
import { parseOwner, verdictOf } from '../../ownership/orphans.ts'
import { folderStillThere, orphansNotLookedFor } from '../../ownership/remove.ts'
import { type Sweep, sweepOrphans } from '../../ownership/sweep.ts'
import { type PrivateFolder, privateFolders } from '../../record/folder.ts'
import { removeExpired } from '../../workspace/keep.ts'
import { type Reclaimer, removeWithEngine } from '../../workspace/methods/remove-with-engine.ts'
import type { Run } from '../context/open-run.ts'

/** An engine that has not answered its first question by then is not waited for. */
const FIRST_MS = 1_000

/** Sweeps beside a task, whose questions the engine gets first. */
export async function sweepBeside(docker: Docker, container: string): Promise<Sweep> {
  // An engine that answers with an error is asked all the same: the sweep reports it.
  await Promise.race([docker.facts().catch(() => undefined), sleep(FIRST_MS, undefined, { ref: false })])
  return sweep(docker, container)
}

/** Sweeps while the task runs. A sweep that fails costs the task nothing. */
export async function sweep(
  docker: Docker,
  except = '',
  owner: ProcessIdentity | null = null,
): Promise<Sweep> {
  try {
    const found = await sweepOrphans(docker, except, owner)
    const images = await removeOldImages(docker, await surveyImages(docker))
    return {
      ...found,
      orphans: [...found.orphans, ...images.removed],
      failed: [...found.failed, ...images.failed],
    }
  } catch (error) {
    return { orphans: [], kept: [], failed: [orphansNotLookedFor(error)], freedBytes: 0 }
  }
}

/** Puts what a sweep found into the log. */
export function reportSweep(found: Sweep): Sweep {
  const freed = found.freedBytes > 0 ? ` (freed ${formatBytes(found.freedBytes)})` : ''
  if (found.orphans.length > 0) runner.info(`Removed orphans: ${found.orphans.join(', ')}${freed}`)
  // Most of them are other jobs', which are well.
  for (const { name, reason } of found.kept) runner.debug(`Kept ${name}: ${reason}`)
  return found
}

/** The private folders of mains that are proven to have ended. */
export async function deadFolders(temp: string): Promise<string[]> {
  const witness = witnessNow()
  const isDead = ({ owner, created }: PrivateFolder) =>
    verdictOf({ owner: parseOwner(owner), deadline: null, created }, witness).kind === 'orphan'
  return (await privateFolders(temp)).filter(isDead).map(({ folder }) => folder)
}

/**
 * What a killed main kept private goes when it is proven dead: secrets and working copies do not wait for a post
 * step that never came (CTN-11). Without a reclaimer what is another user's stays.
 */
export async function sweepPrivate(
  temp: string,
  reclaimer: (() => Promise<Reclaimer>) | null,
): Promise<{ orphans: string[]; failed: string[] }> {
  const result = { orphans: [] as string[], failed: [] as string[] }
  for (const folder of await deadFolders(temp)) {
    try {
      await (reclaimer === null ? removeFolder(folder) : removeWithEngine(folder, reclaimer))
      result.orphans.push(folder)
    } catch (error) {
      result.failed.push(folderStillThere(folder, error))
    }
  }
  return result
}

const DEFAULT_AGE_DAYS = 7

/** Kept copies of failed tasks go when they are old, on whatever run comes next on this machine (GIT-3). */
export async function removeOldCopies({ inputs, paths }: Run): Promise<void> {
  const days = inputs['cleanup-age-days'] ?? DEFAULT_AGE_DAYS
  try {
    const { folders, bytes } = await removeExpired(paths.lasting, days, new Date())
    if (folders.length > 0)
      runner.info(`Removed ${folders.length} kept copies older than ${days} days (${formatBytes(bytes)})`)
  } catch (error) {
    runner.warning(`Kept copies could not be removed: ${messageOf(error)}`, 'ACODE-CTN-002')
  }
}

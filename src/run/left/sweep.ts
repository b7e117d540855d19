import type { Docker } from '../../engine/docker.ts'
import { messageOf } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import { removeFolder } from '../../host/files.ts'
import type { ProcessIdentity } from '../../host/identity.ts'
import type { Image } from '../../image/image.ts'
import { removeOldImages, surveyImages } from '../../ownership/derived-images.ts'
import { witnessNow } from '../../ownership/managed.ts'
import { parseOwner, verdictOf } from '../../ownership/orphans.ts'
import { folderStillThere, orphansNotLookedFor } from '../../ownership/remove.ts'
import { type Sweep, sweepOrphans } from '../../ownership/sweep.ts'
import { type PrivateFolder, privateFolders } from '../../record/folder.ts'
import { removeExpired } from '../../workspace/keep.ts'
import { type Reclaimer, removeWithEngine } from '../../workspace/methods/remove-with-engine.ts'
import type { Context } from '../context/context.ts'
import type { Run } from '../context/open-run.ts'
import { reclaimerOf } from './reclaimer.ts'

/** What was left on this machine and is gone now, and what has to be said of it. */
interface Tidied {
  readonly swept: Sweep
  readonly folders: { readonly orphans: string[]; readonly failed: string[] }
  /** Puts it into the log. */
  report(): void
}

/**
 * Removes what dead runs left while the task is prepared and runs, and reports nothing meanwhile: the log is the task's.
 * @param imageOf the task's image, once the engine has it; null when there is none
 */
export async function tidyMeanwhile(
  { docker, run }: Context,
  imageOf: Promise<Image | null>,
): Promise<Tidied> {
  // The first answers of the engine are the task's.
  await docker.facts().catch(() => undefined)
  const swept = await sweep(docker, run.identity.container)
  const image = await imageOf
  const reclaimer = image && (() => reclaimerOf(docker, { ...run.identity, image: image.id }))
  const folders = await sweepPrivate(run.paths.temp, reclaimer)
  const reportCopies = await removeOldCopies(run)
  return {
    ...{ swept, folders },
    report() {
      reportSweep(swept)
      reportCopies()
    },
  }
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

/**
 * Kept copies of failed tasks go when they are old, on whatever run comes next on this machine (GIT-3).
 * @returns what reports it
 */
async function removeOldCopies({ inputs, paths }: Run): Promise<() => void> {
  const days = inputs['cleanup-age-days'] ?? DEFAULT_AGE_DAYS
  try {
    const { folders, bytes } = await removeExpired(paths.lasting, days, new Date())
    const line = `Removed ${folders.length} kept copies older than ${days} days (${formatBytes(bytes)})`
    return () => folders.length > 0 && runner.info(line)
  } catch (error) {
    return () => runner.warning(`Kept copies could not be removed: ${messageOf(error)}`, 'ACODE-CTN-002')
  }
}

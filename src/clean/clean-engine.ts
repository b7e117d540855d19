import { explainEngineError } from '../container/facts/engine-errors.ts'
import { Docker } from '../engine/docker.ts'
import { logObserver } from '../engine/transport/observer.ts'
import { formatBytes } from '../formats/units.ts'
import { type RunnerPaths, runnerPaths } from '../github/paths.ts'
import * as runner from '../github/runner.ts'
import type { StopSignals } from '../host/signals.ts'
import { type DerivedImage, removeOldImages, surveyImages } from '../ownership/derived-images.ts'
import { type Survey, survey } from '../ownership/survey.ts'
import { removeOrphans } from '../ownership/sweep.ts'
import { deadFolders, sweepPrivate } from '../run/left/sweep.ts'
import { cleanCaches } from './clean-caches.ts'
import { readCleanInputs } from './inputs.ts'
import { type Listing, listingLines, listingOf } from './listing.ts'

/** What was removed, and what could not be. */
interface Cleaned {
  readonly removed: readonly string[]
  readonly failed: readonly string[]
  readonly freedBytes: number
}

/**
 * Lists all that is ours on the engine and in the runner's temporary folder, and removes what is proven to be an orphan
 * (CTN-11), by the same proofs as every start.
 */
export async function cleanEngine(env: NodeJS.ProcessEnv, { cancel }: StopSignals): Promise<void> {
  const inputs = await readCleanInputs(runner.input)
  const isDry = inputs['dry-run']
  const docker = new Docker(logObserver(), undefined, cancel)
  const paths = runnerPaths(env)
  const { temp } = paths
  try {
    const found = await survey(docker)
    const images = await surveyImages(docker)
    const listing = listingOf(found.all, await deadFolders(temp), images)
    const lines = [...listingLines('Orphans', listing.orphans), ...listingLines('Kept', listing.kept)]
    for (const line of lines) runner.info(line)
    await cleanCaches(docker, paths, inputs)
    publish(listing, isDry ? NOTHING : await clean(docker, found, images, temp), isDry, paths)
  } catch (error) {
    throw await explainEngineError(docker, error)
  } finally {
    await docker.close()
  }
}

const NOTHING: Cleaned = { removed: [], failed: [], freedBytes: 0 }

async function clean(
  docker: Docker,
  found: Survey,
  images: readonly DerivedImage[],
  temp: string,
): Promise<Cleaned> {
  const { orphans, failed, freedBytes } = await removeOrphans(docker, found)
  const old = await removeOldImages(docker, images)
  const folders = await sweepPrivate(temp, null)
  return {
    removed: [...orphans, ...old.removed, ...folders.orphans],
    failed: [...failed, ...old.failed, ...folders.failed],
    freedBytes,
  }
}

function publish(listing: Listing, cleaned: Cleaned, isDry: boolean, paths: RunnerPaths): void {
  const { removed, failed, freedBytes } = cleaned
  const { orphans, kept } = listing
  if (isDry) runner.info(`${orphans.length} orphans would be removed; ${kept.length} of ours stay.`)
  else
    runner.info(
      `Removed ${removed.length} of ${orphans.length} orphans, ${formatBytes(freedBytes)}; ${kept.length} of ours stay.`,
    )
  // An operator's shell has no file for outputs.
  if (paths.fileCommands !== null)
    for (const [name, value] of Object.entries(outputsOf(listing, cleaned))) runner.output(name, value)
  for (const failure of failed) runner.fail(failure, 'ACODE-CTN-002')
}

/** What later steps read. */
export const outputsOf = ({ orphans, kept }: Listing, { removed, failed, freedBytes }: Cleaned) => ({
  orphans: JSON.stringify(orphans),
  kept: JSON.stringify(kept),
  removed: JSON.stringify(removed),
  failed: JSON.stringify(failed),
  'freed-bytes': String(freedBytes),
})

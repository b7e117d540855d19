import { totalOf } from '../cache/evict.ts'
import { UsageNotes } from '../cache/usage-notes.ts'
import type { Docker } from '../engine/docker.ts'
import { formatBytes } from '../formats/units.ts'
import type { RunnerPaths } from '../github/paths.ts'
import * as runner from '../github/runner.ts'
import { cacheVolumesOf, evict, type MachineVolume } from '../run/left/tidy-caches.ts'
import type { CleanInputs } from './inputs.ts'

/** Lists the caches of the machine, and lets the least recently used go where it is asked for. */
export async function cleanCaches(
  docker: Docker,
  paths: RunnerPaths,
  { 'dry-run': isDry, 'cache-max': most }: CleanInputs,
): Promise<void> {
  const all = await cacheVolumesOf(docker, new UsageNotes(paths))
  if (all.length === 0) return
  runner.info(`Caches (${all.length}, ${formatBytes(totalOf(all))}):`)
  for (const volume of all.toSorted((one, other) => other.lastUse - one.lastUse)) runner.info(lineOf(volume))
  if (most === undefined || isDry) return
  const removed = await evict(docker, all, most)
  runner.info(`Removed ${removed.length} caches, ${formatBytes(totalOf(removed))}.`)
}

function lineOf({ name, cache, repository, bytes, lastUse }: MachineVolume): string {
  const size = bytes === null ? 'of unknown size' : formatBytes(bytes)
  const used = new Date(lastUse * 1000).toISOString().slice(0, 16)
  return `  volume ${name}: ${cache} of ${repository || 'no repository'}, ${size}, last used ${used}`
}

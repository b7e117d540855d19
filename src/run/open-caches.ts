import { entriesOf } from '../cache/entries.ts'
import type { Keeping } from '../cache/kept-volumes.ts'
import { findTools } from '../cache/lock-files.ts'
import { type Restored, restoreAll } from '../cache/restore.ts'
import { type CacheScope, scopeOf } from '../cache/scope.ts'
import { ServiceGate } from '../cache/service-gate.ts'
import { UsageNotes } from '../cache/usage-notes.ts'
import type { CacheFolder, CacheWay } from '../container/cache-folders.ts'
import { cachesOf } from '../container/volumes.ts'
import type { Ids } from '../engine/rootless.ts'
import { messageOf, sentence } from '../errors.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import { eventText } from '../github/event.ts'
import * as runner from '../github/runner.ts'
import type { Image } from '../image/image.ts'
import { type LabelFacts, labelsOf, sharedLabel } from '../ownership/labels.ts'
import type { RunRecord } from '../record/run-record.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Context } from './context.ts'
import { keepCaches, toKeep } from './keep-caches.ts'
import type { OpenedCaches, TaskCaches } from './opened-caches.ts'
import { tidyCaches } from './tidy-caches.ts'

/** A cache is judged file by file; more than this no tool has. */
const MOST_FILES = 1_000_000

/** The caches of a task that has some. They are looked for when its user is known. */
export async function openCaches(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  labels: LabelFacts,
): Promise<TaskCaches> {
  const { run, docker, scope: owned } = context
  const scope = scopeOf(run.env, await eventText(run.env))
  const gate = new ServiceGate(run.env, run.paths.temp)
  const notes = new UsageNotes(run.env, run.paths.workspace)
  const ownLabels = labelsOf(labels, {})
  const repository = { server: run.env.GITHUB_SERVER_URL ?? '', name: run.env.GITHUB_REPOSITORY ?? '' }
  const helper = {
    ...{ name: run.identity.container, image: image.id },
    labels: { ...ownLabels, ...sharedLabel(null) },
  }
  // It goes with the run.
  const scratch = async () => {
    const volume = await docker.volumes.create(ownLabels)
    owned.own(() => docker.volumes.remove(volume.name))
    return volume
  }
  let opened: Promise<OpenedCaches> | null = null
  let known: OpenedCaches | null = null
  let layers: Promise<readonly CacheFolder[]> | null = null

  async function open(ids: Ids): Promise<OpenedCaches> {
    const most = { files: MOST_FILES, bytes: Math.max(spec.cacheMax, 1) }
    const keeping: Keeping = { docker, helper, repository, owner: ids, ref: scope.ref, most }
    await notes.touch(cachesOf(spec, repository).map(({ volume }) => volume))
    const entries = await wantedEntries(context, spec, image)
    const restoring = { ...keeping, scope, gate, scratch, cancel: context.signals.cancel }
    const touch = (volumes: readonly string[]) => notes.touch(volumes)
    const restored = await restoreAll({ ...restoring, touch }, entries, runner.info)
    if (spec.cache !== undefined) {
      logCaches(restored, scope)
      run.recorder.learn({ cache: cacheRecord(restored, scope) })
    }
    return { keeping, restored, scope, gate, notes }
  }

  const foldersOf = async (found: OpenedCaches): Promise<CacheFolder[]> => {
    const folders: CacheFolder[] = []
    for (const { entry, base } of found.restored) {
      const made = base === null ? null : [await scratch(), await scratch()]
      const [upper, work] = made?.map(({ mountpoint }) => mountpoint) ?? []
      const isOverlay = upper !== undefined && work !== undefined && upper !== '' && work !== ''
      folders.push({ entry, base, layers: isOverlay ? { upper, work } : null })
    }
    return folders
  }

  return {
    async folders(ids: Ids, way: CacheWay) {
      opened ??= open(ids)
      const found = await opened
      known = found
      if (way === 'overlay') {
        layers ??= foldersOf(found)
        return layers
      }
      const base = (one: Restored) => (way === 'copy' ? one.base : null)
      return found.restored.map((one) => ({ entry: one.entry, base: base(one), layers: null }))
    },
    async keep(container) {
      if (opened === null) return
      try {
        const found = await opened
        const kept = await keepCaches(context, found, container)
        await tidyCaches(context, found, spec.cacheMax, kept)
      } catch (error) {
        // What the task left is in the record already.
        if (!context.signals.cancel.aborted)
          runner.warning(`Not all caches could be kept: ${sentence(messageOf(error))}`, 'Cache')
      }
    },
    needsContainer: () => known !== null && toKeep(known).length > 0,
  }
}

async function wantedEntries({ run }: Context, spec: ContainerSpec, image: Image) {
  const { cache } = spec
  if (cache === undefined) return []
  const hasFiles = cache === 'auto' && spec.workspace !== 'none'
  const tools = hasFiles ? await findTools(run.paths.workspace) : []
  const { platform, reference } = image
  const taken = [...spec.cacheVolumes, ...spec.engineVolumes, ...spec.mounts].map(({ target }) => target)
  const request = { cache, cacheKey: spec.cacheKey, image: reference, platform, env: spec.env, taken }
  return entriesOf(request, tools)
}

/** Hit or miss, where from, how large and how long. */
function logCaches(restored: readonly Restored[], { whyNot }: CacheScope): void {
  const lines = restored.map(({ entry, result, source, key, bytes, seconds }) => {
    const size = bytes === null ? '' : `, ${formatBytes(bytes)}`
    const found = result === 'miss' ? entry.key : `${key} (${source}${size})`
    return `${entry.name.padEnd(10)}  ${result.padEnd(7)}  ${found}, ${formatSeconds(seconds)}`
  })
  const none = 'No lock file of a tool that is known was found in the workspace.'
  const rule = whyNot === null ? [] : [`Nothing is saved: ${whyNot}.`]
  runner.group('Caches', [...(lines.length === 0 ? [none] : lines), ...rule])
}

function cacheRecord(restored: readonly Restored[], scope: CacheScope): NonNullable<RunRecord['cache']> {
  return {
    saves: scope.mayWrite,
    whyNot: scope.whyNot,
    entries: restored.map(({ entry, result, source, key, bytes, seconds }) => ({
      ...{ name: entry.name, target: entry.target, key: entry.key },
      ...{ result, source, foundKey: key, bytes, seconds, saved: null },
    })),
  }
}

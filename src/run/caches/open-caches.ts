import { entriesOf } from '../../cache/entries.ts'
import type { Keeping } from '../../cache/kept-volumes.ts'
import { findTools } from '../../cache/lock-files.ts'
import { cacheRepository } from '../../cache/repository.ts'
import { type Restored, restoreAll } from '../../cache/restore.ts'
import { type CacheScope, scopeOf } from '../../cache/scope.ts'
import { ServiceGate } from '../../cache/service-gate.ts'
import { UsageNotes } from '../../cache/usage-notes.ts'
import type { CacheFolder, CacheWay } from '../../container/mounts/cache-folders.ts'
import { cachesOf } from '../../container/mounts/volumes.ts'
import type { Ids } from '../../engine/rootless.ts'
import type { Volume } from '../../engine/volumes.ts'
import { messageOf, sentence } from '../../errors.ts'
import { formatBytes, formatSeconds } from '../../formats/units.ts'
import { eventText } from '../../github/event.ts'
import * as runner from '../../github/runner.ts'
import type { Image } from '../../image/image.ts'
import { type LabelFacts, labelsOf, sharedLabel } from '../../ownership/labels.ts'
import { removeVolume } from '../../ownership/remove.ts'
import type { Facts } from '../../record/facts.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Context } from '../context/context.ts'
import { tidyCaches } from '../left/tidy-caches.ts'
import { keepCaches, toKeep } from './keep-caches.ts'
import type { CacheRecord, EndedTask, OpenedCaches, TaskCaches } from './opened-caches.ts'

/** A cache is judged file by file; more than this no tool has. */
const MOST_FILES = 1_000_000

/** The caches of a task that has some. They are looked for when its user is known. */
export async function openCaches(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  labels: LabelFacts,
): Promise<TaskCaches> {
  const scope = scopeOf(context.run.env, await eventText(context.run.env))
  return new FoundCaches(context, spec, image, labelsOf(labels, {}), scope)
}

class FoundCaches implements TaskCaches {
  readonly #context: Context
  readonly #spec: ContainerSpec
  readonly #image: Image
  readonly #labels: Readonly<Record<string, string>>
  readonly #scope: CacheScope
  #opening: Promise<OpenedCaches> | null = null
  #opened: OpenedCaches | null = null
  #layers: Promise<readonly CacheFolder[]> | null = null

  constructor(
    context: Context,
    spec: ContainerSpec,
    image: Image,
    labels: Readonly<Record<string, string>>,
    scope: CacheScope,
  ) {
    this.#context = context
    this.#spec = spec
    this.#image = image
    this.#labels = labels
    this.#scope = scope
  }

  readonly folders = async (ids: Ids, way: CacheWay): Promise<readonly CacheFolder[]> => {
    this.#opening ??= this.#open(ids)
    const found = await this.#opening
    this.#opened = found
    if (way === 'overlay') {
      this.#layers ??= this.#layered(found)
      return this.#layers
    }
    const base = (one: Restored) => (way === 'copy' ? one.base : null)
    return found.restored.map((one) => ({ entry: one.entry, base: base(one), layers: null }))
  }

  readonly needsContainer = (): boolean => this.#opened !== null && toKeep(this.#opened).length > 0

  readonly facts = (): Pick<Facts, 'cache'> =>
    this.#opened === null || this.#spec.cache === undefined ? {} : { cache: this.#opened.recorded }

  async *keep(ran: EndedTask): AsyncGenerator<Facts, void, void> {
    if (this.#opening === null) return
    try {
      const found = await this.#opening
      const keptBytes = yield* keepCaches(this.#context, found, ran)
      const cacheVolumes = await tidyCaches(this.#context, found, this.#spec.cacheMax, keptBytes)
      if (cacheVolumes !== null) yield { cacheVolumes }
    } catch (error) {
      // What the task left is in the record already.
      if (!this.#context.signals.cancel.aborted)
        runner.warning(`Not all caches could be kept: ${sentence(messageOf(error))}`, 'Cache')
    }
  }

  async #open(owner: Ids): Promise<OpenedCaches> {
    const { run, signals } = this.#context
    const scope = this.#scope
    const keeping = this.#keeping(owner)
    const gate = new ServiceGate(run.env, run.paths.temp)
    const notes = new UsageNotes(run.paths)
    await notes.touch(cachesOf(this.#spec, keeping.repository).map(({ volume }) => volume))
    const entries = await wantedEntries(this.#context, this.#spec, this.#image)
    const scratch = () => this.#scratch()
    const touch = (volumes: readonly string[]) => notes.touch(volumes)
    const restoring = { ...keeping, scope, gate, scratch, touch, cancel: signals.cancel }
    const restored = await restoreAll(restoring, entries, runner.info)
    if (this.#spec.cache !== undefined) logCaches(restored, scope)
    return { keeping, restored, recorded: cacheRecord(restored, scope), scope, gate, notes }
  }

  #keeping(owner: Ids): Keeping {
    const { run, docker } = this.#context
    const labels = { ...this.#labels, ...sharedLabel(null) }
    return {
      ...{ docker, owner, ref: this.#scope.ref, repository: cacheRepository(run.env) },
      helper: { name: run.identity.container, image: this.#image.id, labels },
      most: { files: MOST_FILES, bytes: Math.max(this.#spec.cacheMax, 1) },
    }
  }

  /** A volume that goes with the run. */
  async #scratch(): Promise<Volume> {
    const { docker, scope } = this.#context
    const volume = await docker.volumes.create(this.#labels)
    scope.own(() => removeVolume(docker, volume.name))
    return volume
  }

  /** Above what was found, layers for what the task writes; where the engine does not say where they are, none. */
  async #layered({ restored }: OpenedCaches): Promise<CacheFolder[]> {
    const folders: CacheFolder[] = []
    for (const { entry, base } of restored) {
      const made = base === null ? [] : [await this.#scratch(), await this.#scratch()]
      const [upper = '', work = ''] = made.map(({ mountpoint }) => mountpoint)
      folders.push({ entry, base, layers: upper === '' || work === '' ? null : { upper, work } })
    }
    return folders
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
function logCaches(restored: readonly Restored[], { readOnlyReason }: CacheScope): void {
  const lines = restored.map(({ entry, result, source, key, bytes, seconds }) => {
    const size = bytes === null ? '' : `, ${formatBytes(bytes)}`
    const found = result === 'miss' ? entry.key : `${key} (${source}${size})`
    return `${entry.name.padEnd(10)}  ${result.padEnd(7)}  ${found}, ${formatSeconds(seconds)}`
  })
  const none = 'No lock file of a tool that is known was found in the workspace.'
  const rule = readOnlyReason === null ? [] : [`Nothing is saved: ${readOnlyReason}.`]
  runner.group('Caches', [...(lines.length === 0 ? [none] : lines), ...rule])
}

function cacheRecord(restored: readonly Restored[], scope: CacheScope): CacheRecord {
  return {
    saves: scope.mayWrite,
    whyNot: scope.readOnlyReason,
    entries: restored.map(({ entry, result, source, key, bytes, seconds }) => ({
      ...{ name: entry.name, target: entry.target, key: entry.key },
      ...{ result, source, foundKey: key, bytes, seconds, saved: null },
    })),
  }
}

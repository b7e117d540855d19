import { toEvict, totalOf } from '../../cache/evict.ts'
import type { UsageNotes } from '../../cache/usage-notes.ts'
import type { Docker } from '../../engine/docker.ts'
import { messageOf } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import { LABEL } from '../../ownership/labels.ts'
import type { Facts } from '../../record/facts.ts'
import type { OpenedCaches } from '../caches/opened-caches.ts'
import type { Context } from '../context/context.ts'

/** The name of the note that says when the engine was last asked for sizes. */
const MEASURED = 'measured'
/** An engine adds up every file for them: without something new in the caches they are asked for this often. */
const PAUSE_SECONDS = 3600

/** A cache volume of this machine, of any repository. */
export interface MachineVolume {
  readonly name: string
  /** The cache's name as its repository calls it. */
  readonly cache: string
  readonly repository: string
  readonly bytes: number | null
  /** Epoch seconds. */
  readonly lastUse: number
}

/**
 * Lets the least recently used caches of this machine go where they take more than `most` bytes. Runs that may write
 * do it, and only they: no fork decides what a machine keeps. What fails is a debug line.
 * @returns what they take; null where that is not too much, or was not asked
 */
export async function tidyCaches(
  { docker, run, signals }: Context,
  { scope, notes }: Pick<OpenedCaches, 'scope' | 'notes'>,
  most: number,
  keptBytes: number,
): Promise<NonNullable<Facts['cacheVolumes']> | null> {
  if (!scope.mayWrite || signals.cancel.aborted) return null
  const last = await notes.lastUse(MEASURED)
  if (keptBytes === 0 && last !== null && Date.now() / 1000 - last < PAUSE_SECONDS) return null
  try {
    const all = await cacheVolumesOf(docker, notes, signals.cancel)
    await notes.touch([MEASURED])
    if (totalOf(all) <= most) return null
    const removed = await evict(docker, all, most)
    const repository = run.env.GITHUB_REPOSITORY ?? ''
    const nameOf = (one: MachineVolume) =>
      one.repository === repository ? one.cache : 'of another repository'
    const listed = (volumes: readonly MachineVolume[]) =>
      volumes.slice(0, MOST_LISTED).map((one) => ({ name: nameOf(one), bytes: one.bytes ?? 0 }))
    runner.info(
      `Caches of this machine: ${formatBytes(totalOf(all))} of ${formatBytes(most)}; removed ${removed.length} (${formatBytes(totalOf(removed))}), the least recently used first.`,
    )
    return {
      ...{ bytes: totalOf(all), maxBytes: most },
      ...{ largest: listed(all.toSorted((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0))) },
      removed: listed(removed),
    }
  } catch (error) {
    runner.debug(`The caches of this machine were not measured: ${messageOf(error)}`)
    return null
  }
}

const MOST_LISTED = 10

/** All cache volumes of the engine, with their sizes and last uses. */
export async function cacheVolumesOf(
  docker: Docker,
  notes: UsageNotes,
  signal?: AbortSignal,
): Promise<MachineVolume[]> {
  const caches = await docker.volumes.list({ label: { key: LABEL.cache } })
  const found = caches.filter(({ labels }) => labels[LABEL.managed] === undefined)
  // Podman measures volumes without their labels.
  const sizes = new Map((await docker.volumes.sizes(signal)).map(({ name, bytes }) => [name, bytes]))
  await notes.forgetAllBut(new Set([MEASURED, ...found.map(({ name }) => name)]))
  return Promise.all(
    found.map(async ({ name, labels, created }) => ({
      ...{
        name,
        bytes: sizes.get(name) ?? null,
        cache: labels[LABEL.cache] ?? '',
        repository: labels[LABEL.repository] ?? '',
      },
      lastUse: (await notes.lastUse(name)) ?? created ?? 0,
    })),
  )
}

/** Removes volumes; those that a container has, the engine keeps. */
export async function evict(
  docker: Docker,
  all: readonly MachineVolume[],
  most: number,
): Promise<MachineVolume[]> {
  const removed: MachineVolume[] = []
  let left: readonly MachineVolume[] = all
  for (;;) {
    const [next] = toEvict(left, most, Date.now() / 1000)
    const volume = all.find(({ name }) => name === next?.name)
    if (volume === undefined) return removed
    const isGone = await docker.volumes.remove(volume.name, 'others').then(
      () => true,
      (error: unknown) => {
        runner.debug(`The cache volume ${volume.name} stays: ${messageOf(error)}`)
        return false
      },
    )
    if (isGone) removed.push(volume)
    // What stays still takes its room.
    left = isGone
      ? left.filter(({ name }) => name !== volume.name)
      : left.map((one) => (one.name === volume.name ? { ...one, lastUse: Number.POSITIVE_INFINITY } : one))
  }
}

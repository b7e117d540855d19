import { join } from 'node:path'
import { CacheTooLargeError } from '../../cache/cache-tar.ts'
import { keepEntry } from '../../cache/pack.ts'
import { type Pending, pendingFolder, writePending } from '../../cache/pending.ts'
import type { Restored } from '../../cache/restore.ts'
import { messageOf, sentence } from '../../errors.ts'
import { formatBytes, formatSeconds } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import type { Facts } from '../../record/facts.ts'
import type { Context } from '../context/context.ts'
import type { CacheRecord, EndedTask, OpenedCaches } from './opened-caches.ts'

/** What packing may take, of all caches of a task: then the machine has other work. */
const KEEP_MS = 10 * 60_000

/**
 * Keeps the caches of a task that succeeded, of a run that may write: on this machine, and as files that post uploads.
 * Nothing that fails here is the task's failure.
 * @returns the bytes that the machine keeps more than before
 */
export async function* keepCaches(
  { run, signals }: Context,
  opened: OpenedCaches,
  { container, status }: EndedTask,
): AsyncGenerator<Facts, number, void> {
  const { keeping, restored, gate, notes } = opened
  if (status !== 'succeeded') return 0
  const folder = pendingFolder(run.folder.root)
  const signal = AbortSignal.any([signals.cancel, AbortSignal.timeout(KEEP_MS)])
  const pending: Pending = []
  let cache = opened.recorded
  let keptBytes = 0
  for (const [index, { entry }] of toKeep(opened).entries()) {
    if (signal.aborted) break
    const file = `${index}.tar.zst`
    const started = performance.now()
    try {
      const path = gate.isOpen ? join(folder, file) : null
      const kept = await keepEntry(keeping, container.id, entry, path, signal)
      if (kept === 'kept-by-another') runner.info(`Cache ${entry.name}: another task keeps ${entry.key}.`)
      if (typeof kept === 'string') continue
      const { files, bytes } = kept.tally
      const seconds = Math.round(performance.now() - started) / 1000
      runner.info(
        `Cache ${entry.name}: kept as ${entry.key} (${files} files, ${formatBytes(bytes)} in ${formatSeconds(seconds)})`,
      )
      keptBytes += bytes
      cache = withSaved(cache, entry.name, { bytes, seconds })
      yield { cache }
      if (path !== null) pending.push({ name: entry.name, key: entry.key, version: entry.version, file })
    } catch (error) {
      if (!signals.cancel.aborted) warn(entry.name, error)
    }
  }
  if (pending.length > 0) await writePending(folder, pending)
  await notes.touch(restored.flatMap(({ base }) => base?.name ?? []))
  return keptBytes
}

/** What a task may keep; what was found by its own key is as it was. */
export const toKeep = ({ restored, scope, gate }: OpenedCaches): Restored[] =>
  scope.mayWrite && gate.mode.isWritable ? restored.filter(({ result }) => result !== 'hit') : []

type Saved = { readonly bytes: number; readonly seconds: number }

/** The record with what was saved of an entry. */
function withSaved(cache: CacheRecord, name: string, saved: Saved): CacheRecord {
  return { ...cache, entries: cache.entries.map((one) => (one.name === name ? { ...one, saved } : one)) }
}

function warn(name: Restored['entry']['name'], error: unknown): void {
  const advice = error instanceof CacheTooLargeError ? ' Raise cache-max, or keep less in it.' : ''
  runner.warning(
    `The cache ${name} could not be kept: ${sentence(messageOf(error))}${advice} The task is not affected.`,
    'Cache',
  )
}

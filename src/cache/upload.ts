import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import { BlobClient } from '../github/blob-client.ts'
import type { CacheService } from '../github/cache-service.ts'
import * as runner from '../github/runner.ts'
import { type Pending, pendingFolder, readPending } from './pending.ts'
import type { ServiceGate } from './service-gate.ts'

/** Blocks of an upload, and how many are under way at once: each is in memory. */
const BLOCK_BYTES = 16 * 1024 * 1024
const AT_ONCE = 4
/** What all uploads of a step may take. */
const UPLOAD_MS = 5 * 60_000

/** Uploads what main packed. Whatever fails is one warning; what another job saves or has saved meanwhile is left to it. */
export async function uploadPending(
  gate: ServiceGate,
  runFolder: string,
  cancel: AbortSignal,
): Promise<void> {
  const folder = pendingFolder(runFolder)
  const signal = AbortSignal.any([cancel, AbortSignal.timeout(UPLOAD_MS)])
  try {
    for (const one of await readPending(folder)) {
      if (!gate.isOpen || signal.aborted) return
      const started = performance.now()
      const what = `The cache ${one.name} could not be saved`
      const bytes = await gate.ask(what, (service) => upload(service, folder, one, signal), signal, cancel)
      if (bytes === null) return
      const seconds = (performance.now() - started) / 1000
      runner.info(
        bytes === 0
          ? `Cache ${one.name}: another job saves or has saved ${one.key}.`
          : `Cache ${one.name}: saved as ${one.key} (${formatBytes(bytes)} in ${formatSeconds(seconds)})`,
      )
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Gives the bytes that were uploaded; 0 where another job saves it or has saved it. */
async function upload(
  service: CacheService,
  folder: string,
  { key, version, file }: Pending[number],
  signal: AbortSignal,
): Promise<number> {
  const path = join(folder, file)
  const { size } = await stat(path)
  const url = await service.reserve({ key, version })
  if (url === null) return 0
  await new BlobClient(url).uploadStream(createReadStream(path), BLOCK_BYTES, AT_ONCE, {
    blobHTTPHeaders: { blobContentType: 'application/octet-stream' },
    onProgress: () => undefined,
    abortSignal: signal,
  })
  await service.finish({ key, version }, size)
  return size
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { pendingFolder, writePending } from '../../src/cache/pending.ts'
import { ArtifactService } from './artifact-service.ts'

/** Puts a cache into a run's folder, as main packs it; gives the keys that the service has then. */
export async function packedCache(runFolder: string): Promise<() => string[]> {
  const service = await ArtifactService.start()
  onTestFinished(() => service.stop())
  for (const [name, value] of Object.entries({ ...service.env(), ACTIONS_CACHE_SERVICE_V2: 'True' }))
    vi.stubEnv(name, value)
  const folder = pendingFolder(runFolder)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '0.tar.zst'), 'packed')
  await writePending(folder, [{ name: 'npm', key: 'npm-1', version: 'v', file: '0.tar.zst' }])
  return () => [...service.caches.keys()]
}

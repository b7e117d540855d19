import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ServiceGate } from '../../../src/cache/service-gate.ts'
import { BlobClient } from '../../../src/github/blob-client.ts'
import { download } from '../../../src/github/blob-download.ts'
import { CacheService, cacheModeOf } from '../../../src/github/cache-service.ts'
import { ArtifactService } from '../../support/artifact-service.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NAME = { key: 'npm-2', version: 'v' }
const NEVER = new AbortController().signal
let double: ArtifactService
const env = () => ({ ...double.env(), ACTIONS_CACHE_SERVICE_V2: 'True' })
function service(): CacheService {
  const found = CacheService.of(env())
  if (found === null) throw new Error('there is no service')
  return found
}

beforeEach(async () => {
  double = await ArtifactService.start()
})
afterEach(() => double.stop())

async function upload(url: string | null, content: Buffer): Promise<void> {
  await new BlobClient(url ?? '').uploadStream(Readable.from([content]), 4 * 1024 * 1024, 2, {
    blobHTTPHeaders: { blobContentType: 'application/octet-stream' },
    onProgress: () => undefined,
    abortSignal: NEVER,
  })
}

async function downloaded(url: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of download(url, NEVER)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('CacheService (BES-3)', () => {
  it('saves a cache in blocks, and finds it whole in parts, by its key and by how that begins', async () => {
    // More parts than are fetched at once, the last one shorter.
    const content = Buffer.alloc(50 * 1024 * 1024 + 7)
    for (let at = 0; at < content.length; at += 4096) content.writeUInt32LE(at, at)
    expect(await service().find(NAME, [])).toBeNull()
    await upload(await service().reserve(NAME), content)
    expect(await service().find(NAME, [])).toBeNull()
    await service().finish(NAME, content.length)
    const found = await service().find({ ...NAME, key: 'npm-3' }, ['other-', 'npm-'])
    expect(found?.key).toBe('npm-2')
    expect((await downloaded(found?.url ?? '')).equals(content)).toBe(true)
    expect(await service().find({ ...NAME, version: 'w' }, ['npm-'])).toBeNull()
  })

  it('lets one of two savers of a key upload', async () => {
    const [one, other] = await Promise.all([service().reserve(NAME), service().reserve(NAME)])
    expect([one, other].filter((url) => url === null)).toHaveLength(1)
  })

  it('is tried again where the network fails, in the middle of a download too', async () => {
    double.putCache('npm-2', 'v', Buffer.from('content'))
    double.cut('cache-find', 1)
    const found = await service().find(NAME, [])
    double.fail('download', 503, 1)
    expect((await downloaded(found?.url ?? '')).toString()).toBe('content')
  })

  it('gives up what is refused, in words without address and token', async () => {
    double.fail('cache-find', 403)
    await expect(service().find(NAME, [])).rejects.toThrow(
      /^GetCacheEntryDownloadURL: the cache service answered with status 403$/,
    )
    const known = service()
    await double.stop()
    const error: unknown = await known.find(NAME, []).catch((thrown: unknown) => thrown)
    expect(String(error)).not.toMatch(/127\.0\.0\.1|Bearer|https?:/)
    double = await ArtifactService.start()
  })

  it('is none where the runner names none of this version', () => {
    expect(CacheService.of({ ...env(), ACTIONS_CACHE_SERVICE_V2: undefined })).toBeNull()
    expect(CacheService.of({})).toBeNull()
  })

  it('may be bounded by the runner', () => {
    expect(cacheModeOf({})).toEqual({ isReadable: true, isWritable: true })
    expect(cacheModeOf({ ACTIONS_CACHE_MODE: 'read' })).toEqual({ isReadable: true, isWritable: false })
    expect(cacheModeOf({ ACTIONS_CACHE_MODE: 'none' })).toEqual({ isReadable: false, isWritable: false })
  })
})

describe('a service that fails (BES-3)', () => {
  it('costs a job one warning, and is asked no more', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const temp = temporaryFolder()
    double.fail('cache-find', 403)
    const gate = new ServiceGate(env(), temp)
    const ask = (one: ServiceGate) => one.ask('It failed', (found) => found.find(NAME, []), NEVER, NEVER)
    expect(await ask(gate)).toBeNull()
    expect(await ask(gate)).toBeNull()
    expect(await ask(new ServiceGate(env(), temp))).toBeNull()
    const lines = written.mock.calls.map(([line]) => String(line))
    written.mockRestore()
    expect(lines.filter((line) => line.startsWith('::warning'))).toHaveLength(1)
  })

  it('is given up when its time is over', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    double.hang('cache-find')
    const gate = new ServiceGate(env(), temporaryFolder())
    const late = new AbortController()
    const asked = gate.ask('It hangs', (found) => found.find(NAME, []), late.signal, NEVER)
    await double.arrived('cache-find')
    late.abort()
    expect(await asked).toBeNull()
    written.mockRestore()
    expect(gate.isOpen).toBe(false)
  })
})

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { BlobClient } from '../../../src/github/blob-client.ts'
import { StorageError } from '../../../src/github/blob-storage.ts'
import { ArtifactService } from '../../support/artifact-service.ts'

const BLOCK = 1000

vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }))

/** So many bytes, no two blocks of them alike. */
const bytesOf = (length: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, at) => createHash('sha256').update(`${at}`).digest()),
  ).subarray(0, length)

describe('the blob client', () => {
  let service: ArtifactService
  let url: string
  const progress: number[] = []

  beforeEach(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    service = await ArtifactService.start()
    service.put('record', {})
    url = service.urlOf('record')
    progress.length = 0
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    await service.stop()
  })

  const upload = (content: Readable, address = url, abort = new AbortController()): Promise<void> =>
    new BlobClient(address).getBlockBlobClient().uploadStream(content, BLOCK, 3, {
      blobHTTPHeaders: { blobContentType: 'application/zip' },
      onProgress: ({ loadedBytes }) => progress.push(loadedBytes),
      abortSignal: abort.signal,
    })
  const stored = async (): Promise<Buffer> => Buffer.from(await (await fetch(url)).arrayBuffer())

  it.each([
    [0, 0],
    [1, 1],
    [BLOCK - 1, 1],
    [BLOCK, 1],
    [BLOCK + 1, 2],
    [20 * BLOCK + 7, 21],
  ])('stores %i bytes in order, and says after each of %i blocks how far it is', async (length, blocks) => {
    const content = bytesOf(length)
    await upload(Readable.from(cut(content, 777)))
    expect(await stored()).toEqual(content)
    expect(progress).toHaveLength(blocks)
    expect(progress.at(-1) ?? 0).toBe(length)
    expect(progress).toEqual(progress.toSorted((one, other) => one - other))
  })

  it('reads no faster than the storage takes', async () => {
    service.hang('upload')
    let read = 0
    const source = Readable.from(
      (function* () {
        for (; read < 1000; read++) yield Buffer.alloc(BLOCK)
      })(),
      { highWaterMark: 1 },
    )
    const abort = new AbortController()
    const uploading = upload(source, url, abort)
    await service.arrived('upload')
    await new Promise((resolve) => setImmediate(resolve))
    expect(read).toBeLessThan(10)
    await service.stop()
    await expect(uploading).rejects.toThrow(StorageError)
    service = await ArtifactService.start()
  })

  it.each([408, 429, 500, 502, 503, 504])('tries again after %i, in the middle too', async (status) => {
    const content = bytesOf(10 * BLOCK)
    const source = new PassThrough()
    const uploading = upload(source)
    source.write(content.subarray(0, 4 * BLOCK))
    await service.arrived('upload')
    service.fail('upload', status, 3)
    source.end(content.subarray(4 * BLOCK))
    await uploading
    expect(await stored()).toEqual(content)
  })

  it('tries again after connections that are cut', async () => {
    service.cut('upload', 3)
    const content = bytesOf(5 * BLOCK)
    await upload(Readable.from([content]))
    expect(await stored()).toEqual(content)
  })

  it.each([
    [403, 'Put Block: status 403 (InjectedFailure)'],
    [409, 'Put Block: status 409 (InjectedFailure)'],
    [503, 'Put Block: status 503 (InjectedFailure), tried 5 times'],
  ])('gives up after %i, and says so without the signature', async (status, message) => {
    service.fail('upload', status)
    const error = await upload(Readable.from([bytesOf(BLOCK)])).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StorageError)
    expect(error).toMatchObject({ message, code: null })
  })

  it('gives up when nothing listens, with the code that the artifact client knows', async () => {
    await service.stop()
    const uploading = upload(Readable.from([bytesOf(BLOCK)]))
    await expect(uploading).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      message: 'Put Block: ECONNREFUSED, tried 5 times',
    })
    service = await ArtifactService.start()
  })

  it('fails as the stream does that it reads', async () => {
    const source = new PassThrough()
    const uploading = upload(source)
    source.destroy(new Error('the disk is gone'))
    await expect(uploading).rejects.toThrow('the disk is gone')
  })

  it('ends when it is given up', async () => {
    const abort = new AbortController()
    abort.abort()
    await expect(upload(Readable.from([bytesOf(BLOCK)]), url, abort)).rejects.toThrow('aborted')
  })

  it('goes through the proxy of the runner', async () => {
    const tunnels: string[] = []
    const proxy = createServer().on('connect', (request, client) => {
      tunnels.push(request.url ?? '')
      const { port } = new URL(service.url)
      const server = connect(Number(port), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
      void pipeline(client, server, client).catch(() => client.destroy())
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const { port } = z.object({ port: z.number() }).parse(proxy.address())
    vi.stubEnv('http_proxy', `http://127.0.0.1:${port}`)
    const content = bytesOf(3 * BLOCK)
    const behind = new URL(url)
    behind.hostname = 'storage.invalid'
    try {
      await upload(Readable.from([content]), behind.href)
      expect(new Set(tunnels)).toEqual(new Set([behind.host]))
      expect(await stored()).toEqual(content)
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  })
})

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

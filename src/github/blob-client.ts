/**
 * Stands for `@azure/storage-blob` in the bundle (script/bundle.ts): what @actions/artifact uses of it, and nothing
 * else. Loading the SDK takes longer than all the rest of post.
 */
import type { Readable } from 'node:stream'
import { type Block, blocksOf } from './blob-blocks.ts'
import { Storage } from './blob-storage.ts'

/** What @actions/artifact hands to {@link BlobClient.uploadStream}. */
interface UploadOptions {
  readonly blobHTTPHeaders: { readonly blobContentType: string }
  /** Called after each block with the bytes that the storage has by then. */
  readonly onProgress: (progress: { loadedBytes: number }) => void
  /** Ends the upload between two requests. */
  readonly abortSignal: AbortSignal
}

/** A block blob of Azure's storage behind a signed URL. */
export class BlobClient {
  readonly #storage: Storage

  /** @param url the blob's address with its signature */
  constructor(url: string) {
    this.#storage = new Storage(url)
  }

  /** The same: every blob of ours is one of blocks. */
  getBlockBlobClient(): this {
    return this
  }

  /**
   * Sends a stream in blocks of `blockBytes`, `atOnce` of them at a time, and makes them the blob's content when all
   * are there. At most so many blocks are in memory, whatever the stream's length.
   * @throws StorageError when the storage refuses, or does not answer however often it is tried
   */
  async uploadStream(
    stream: Readable,
    blockBytes: number,
    atOnce: number,
    { blobHTTPHeaders, onProgress, abortSignal }: UploadOptions,
  ): Promise<void> {
    let blocks = 0
    let loadedBytes = 0
    await forEach(blocksOf(stream, blockBytes), atOnce, async ({ number, bytes }: Block) => {
      await this.#storage.putBlock(number, bytes, abortSignal)
      blocks += 1
      loadedBytes += bytes.length
      onProgress({ loadedBytes })
    })
    await this.#storage.putBlockList(blocks, blobHTTPHeaders.blobContentType, abortSignal)
  }
}

/** Works on items as they come, so many at a time. The first failure is the whole's. */
async function forEach<T>(
  items: AsyncGenerator<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const workOn = async (): Promise<void> => {
    for (let next = await items.next(); !next.done; next = await items.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: atOnce }, workOn))
}

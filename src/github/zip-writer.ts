/**
 * Stands for `archiver` in the bundle (script/bundle.ts): what @actions/artifact uses of it. archiver brings archives of
 * other kinds and patterns of names, which were two thirds of what post loaded (docs/architecture.md).
 */
import { EventEmitter } from 'node:events'
import { createReadStream, readFileSync, type Stats, statSync } from 'node:fs'
import { pipeline, Readable, type Writable } from 'node:stream'
import { promisify } from 'node:util'
import { crc32, createDeflateRaw, deflateRaw } from 'node:zlib'
import { isErrno } from '../host/open-folder.ts'
import {
  directoryRecord,
  endingOf,
  headerOf,
  MOST,
  NO_SUMS,
  sumsAfter,
  type ZipEntry,
  type ZipSums,
} from './zip-records.ts'

const deflated = promisify<Buffer, { level: number }, Buffer>(deflateRaw)

/** What is packed in one go. */
const WHOLE_BYTES = 256 * 1024
/** From here on a file may be longer than 32 bits say, packed or not. */
const LONG_BYTES = 0xf000_0000
/** How many records of the directory are written in one go. */
const RECORDS = 1_000

/** How an archive is made. */
interface ZipOptions {
  readonly zlib: { readonly level: number }
}

/** What names an entry: its path in the archive, which the client begins with a slash. */
interface EntryData {
  readonly name: string
}

/**
 * A zip that is written as it is read. It emits `warning` with the error of a file that is gone meanwhile, which the
 * archive is then without; what else fails destroys the stream that it is piped to, with the error.
 */
class ZipWriter extends EventEmitter {
  readonly #level: number
  readonly #asked: { readonly path: string | null; readonly name: string }[] = []
  readonly #directory: Buffer[] = []
  #length = 0
  #target: Writable | null = null

  constructor({ zlib }: ZipOptions) {
    super()
    this.#level = zlib.level
  }

  /** Adds a file of this machine, which is opened when its turn comes. */
  file(path: string, { name }: EntryData): void {
    this.#asked.push({ path, name })
  }

  /** Adds a folder; `content` is empty. */
  append(_content: '', { name }: EntryData): void {
    this.#asked.push({ path: null, name })
  }

  pipe(target: Writable): void {
    this.#target = target
    // The reader gets the error, also when it comes before reading begins.
    target.on('error', () => undefined)
  }

  /** Ends the archive after what was added. */
  finalize(): void {
    if (this.#target) pipeline(Readable.from(this.#bytes()), this.#target, () => undefined)
  }

  async *#bytes(): AsyncGenerator<Buffer> {
    for (const { path, name } of this.#asked)
      yield* this.#counted(path === null ? this.#folder(name) : this.#file(path, name))
    const start = this.#length
    const entries = this.#directory.length
    for (let at = 0; at < entries; at += RECORDS)
      yield* this.#counted([Buffer.concat(this.#directory.slice(at, at + RECORDS))])
    yield endingOf(entries, start, this.#length)
  }

  async *#counted(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#length += chunk.length
      yield chunk
    }
  }

  *#folder(name: string): Generator<Buffer> {
    const facts = { mode: 0o40775, mtime: new Date(), size: 0 }
    const entry = this.#entry(`${pathInZip(name).replace(/\/$/, '')}/`, facts)
    this.#directory.push(directoryRecord(entry, NO_SUMS))
    yield headerOf(entry)
  }

  async *#file(path: string, name: string): AsyncGenerator<Buffer> {
    const found = this.#find(path)
    if (found === null) return
    const entry = this.#entry(pathInZip(name), found)
    const sums = yield* found.content === null
      ? this.#packPieces(path, entry)
      : this.#packWhole(found.content, entry)
    if (!entry.isLong && Math.max(sums.size, sums.packed) >= MOST)
      throw new Error(`the file grew while it was packed: ${path}`)
    this.#directory.push(directoryRecord(entry, sums))
  }

  /** A file's state, and what is in it where that is little; null when it is gone. */
  #find(path: string): (Stats & { readonly content: Buffer | null }) | null {
    try {
      const stats = statSync(path)
      // Each question to the system's threads would take longer than all else there is to do for a small file.
      const content = stats.size <= WHOLE_BYTES ? readFileSync(path) : null
      return Object.assign(stats, { content })
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error
      this.emit('warning', error)
      return null
    }
  }

  #entry(name: string, { mode, mtime, size }: Pick<Stats, 'mode' | 'mtime' | 'size'>): ZipEntry {
    const place = { offset: this.#length, isLong: size >= LONG_BYTES }
    return { name: Buffer.from(name), mode, mtime: inRange(mtime), ...place }
  }

  async *#packWhole(content: Buffer, entry: ZipEntry): AsyncGenerator<Buffer, ZipSums> {
    const packed = await deflated(content, { level: this.#level })
    const sums = { crc: crc32(content), size: content.length, packed: packed.length }
    yield Buffer.concat([headerOf(entry), packed, sumsAfter(entry, sums)])
    return sums
  }

  async *#packPieces(path: string, entry: ZipEntry): AsyncGenerator<Buffer, ZipSums> {
    const sums = { ...NO_SUMS }
    async function* read(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of source) {
        sums.crc = crc32(piece, sums.crc)
        sums.size += piece.length
        yield piece
      }
    }
    yield headerOf(entry)
    const source = createReadStream(path)
    for await (const piece of pipeline(
      source,
      read,
      createDeflateRaw({ level: this.#level }),
      () => undefined,
    )) {
      sums.packed += piece.length
      yield piece
    }
    yield sumsAfter(entry, sums)
    return sums
  }
}

/** A zip has seconds since 1970 in 32 bits, and a task may date its files as it likes. */
const inRange = (time: Date): Date => new Date(Math.min(Math.max(time.getTime(), 0), 0x7fff_ffff * 1000))

/** @throws Error for a name that leads out of the archive */
function pathInZip(name: string): string {
  const path = name.replaceAll('\\', '/').replace(/^\/+/, '')
  if (path.split('/').includes('..')) throw new Error(`invalid relative path: ${name}`)
  return path
}

/** A new archive. */
const create = (_format: 'zip', options: ZipOptions): ZipWriter => new ZipWriter(options)

export default { create }

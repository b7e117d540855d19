/**
 * Stands for `archiver` in the bundle (script/bundle.ts): what @actions/artifact uses of it, over yazl. archiver brings
 * archives of other kinds and patterns of names, which were two thirds of what post loaded.
 */
import { EventEmitter } from 'node:events'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { ZipFile } from 'yazl'
import { isErrno } from '../host/open-folder.ts'

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
  readonly #zip = new ZipFile()
  readonly #compressionLevel: number
  #adding: Promise<void> = Promise.resolve()
  #target: Writable | null = null

  constructor({ zlib }: ZipOptions) {
    super()
    this.#compressionLevel = zlib.level
    this.#zip.on('error', (error: Error) => this.#fail(error))
  }

  /** Adds a file of this machine, which is opened when its turn comes. */
  file(path: string, { name }: EntryData): void {
    this.#adding = this.#adding.then(() => this.#addFile(path, withoutSlash(name)))
  }

  /** Adds a folder; `content` is empty. */
  append(_content: '', { name }: EntryData): void {
    this.#adding = this.#adding.then(() => this.#zip.addEmptyDirectory(withoutSlash(name)))
  }

  pipe(target: Writable): void {
    this.#target = target
    // The reader gets the error, also when it comes before reading begins.
    target.on('error', () => undefined)
    this.#zip.outputStream.pipe(target)
  }

  /** Ends the archive after what was added. */
  finalize(): void {
    this.#adding.then(() => this.#zip.end()).catch((error: Error) => this.#fail(error))
  }

  async #addFile(path: string, name: string): Promise<void> {
    try {
      const { mtime, mode } = await stat(path)
      const options = { mtime: inRange(mtime), mode, compressionLevel: this.#compressionLevel }
      this.#zip.addReadStreamLazy(name, options, (open) => {
        const stream = createReadStream(path)
        stream.on('error', (error) => this.#fail(error))
        open(null, stream)
      })
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error
      this.emit('warning', error)
    }
  }

  #fail(error: Error): void {
    this.#target?.destroy(error)
  }
}

/** A zip has seconds since 1970 in 32 bits, and a task may date its files as it likes. */
const inRange = (time: Date): Date => new Date(Math.min(Math.max(time.getTime(), 0), 0x7fff_ffff * 1000))

const withoutSlash = (name: string): string => name.replace(/^\/+/, '')

/** A new archive. */
const create = (_format: 'zip', options: ZipOptions): ZipWriter => new ZipWriter(options)

export default { create }

import { type BigIntStats, constants, existsSync } from 'node:fs'
import { type FileHandle, lstat, open, readdir, rmdir } from 'node:fs/promises'
import { removeFolder, unlessNowhere } from './files.ts'

/** Where Linux shows each open file by its number, and leads to it whatever its path is by then. */
const OPEN_FILES = '/proc/self/fd'
const SHOWS_OPEN_FILES = existsSync(OPEN_FILES)

/** A path does not lead to a folder, or leads there over a link. */
export class NoFolderError extends Error {
  override readonly name = 'NoFolderError'
  constructor(path: string) {
    super(`${path} is no folder there`)
  }
}

const isNotThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ENOENT|ENOTDIR|ELOOP)$/.test(String(error.code))

/** A path below a folder, whose bytes are one a character (latin1). */
const bytesBelow = (folder: Buffer, name: string): Buffer =>
  Buffer.concat([folder, Buffer.from('/'), Buffer.from(name, 'latin1')])

/**
 * A folder that is held open. What is done to its entries is done in that very folder, also when another process puts a
 * link in the place of it, or of one above it, meanwhile. Names are bytes, one a character (latin1).
 */
export class HeldFolder {
  readonly #handle: FileHandle
  readonly #path: Buffer

  private constructor(handle: FileHandle, path: Buffer) {
    this.#handle = handle
    this.#path = SHOWS_OPEN_FILES ? Buffer.from(`${OPEN_FILES}/${handle.fd}`) : path
  }

  /**
   * Opens a folder; links are followed on the way to it, but not as the last part.
   * @throws Error of the system when nothing is there, or no folder
   */
  static async open(path: string | Buffer): Promise<HeldFolder> {
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
    return new HeldFolder(await open(path, flags), Buffer.from(path))
  }

  /** {@link HeldFolder.open}; null when nothing is there, or no folder. */
  static openIfThere(path: string | Buffer): Promise<HeldFolder | null> {
    return HeldFolder.open(path).catch(unlessNowhere)
  }

  /** The path of an entry, for the system's calls: right as long as the folder is open. */
  entry(name: string): Buffer {
    return bytesBelow(this.#path, name)
  }

  /**
   * Does work in the folder at a path below this one ('' is this one itself).
   * @throws NoFolderError when a part of the path is a link, or no folder
   */
  async within<T>(path: string, work: (folder: HeldFolder) => Promise<T>): Promise<T> {
    let folder: HeldFolder = this
    try {
      for (const name of path === '' ? [] : path.split('/')) {
        const below = await HeldFolder.open(folder.entry(name)).catch((error: unknown) => {
          throw isNotThere(error) ? new NoFolderError(path) : error
        })
        if (folder !== this) await folder.close()
        folder = below
      }
      return await work(folder)
    } finally {
      if (folder !== this) await folder.close()
    }
  }

  /** What distinguishes this folder from any other, also from one that gets its place and its number later. */
  async identity(): Promise<string> {
    return folderIdentity(await this.#handle.stat({ bigint: true }))
  }

  /** Removes an entry and all below it; nothing there is fine. */
  async remove(name: string): Promise<void> {
    await removeFolder(this.entry(name))
  }

  /** Removes all entries. */
  async empty(): Promise<void> {
    const names = await readdir(bytesBelow(this.#path, '.'), { encoding: 'buffer' })
    for (const name of names) await this.remove(name.toString('latin1'))
  }

  /** Removes an empty folder; false when there are files in it, or there is none. */
  removeIfEmpty(name: string): Promise<boolean> {
    return rmdir(this.entry(name)).then(
      () => true,
      () => false,
    )
  }

  /** What an entry is; null when there is none. */
  async stat(name: string): Promise<BigIntStats | null> {
    return lstat(this.entry(name), { bigint: true }).catch((error: unknown) => {
      if (isNotThere(error)) return null
      throw error
    })
  }

  /** Waits until the names in the folder are on the disk. */
  sync(): Promise<void> {
    return this.#handle.sync()
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** Device, number and time of birth: numbers are given again once a folder is gone. */
export const folderIdentity = (state: {
  readonly dev: bigint
  readonly ino: bigint
  readonly birthtimeNs: bigint
}): string => `folder ${state.dev} ${state.ino} ${state.birthtimeNs}`

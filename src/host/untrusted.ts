import { constants } from 'node:fs'
import { chmod, type FileHandle, lstat, open, rename } from 'node:fs/promises'
import { lstatIfThere } from './files.ts'
import { isErrno } from './open-folder.ts'
import { firstBytes, openRegular } from './read-file.ts'
import { writeSparse } from './sparse.ts'

/**
 * The first bytes of a regular file that a task may have replaced by anything: links are not followed and
 * pipes not waited for. Null when there is no such file.
 */
export async function readUntrusted(path: string, maxBytes: number): Promise<Buffer | null> {
  const file = await openUntrusted(path)
  if (!file) return null
  try {
    return await firstBytes(file, maxBytes)
  } finally {
    await file.close()
  }
}

/** Copies one regular file, without its holes; false when it is none. */
export async function copyFileUntrusted(from: string | Buffer, to: string): Promise<boolean> {
  const source = await openUntrusted(from)
  if (!source) return false
  try {
    await writeSparse(to, source.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }))
    return true
  } finally {
    await source.close()
  }
}

/** Moves one regular file to where no task writes; false when it is none, and nothing is moved. */
export async function moveFileUntrusted(from: Buffer, to: string): Promise<boolean> {
  if (!(await lstat(from)).isFile()) return false
  try {
    await rename(from, to)
  } catch (error) {
    if (isErrno(error, 'EXDEV')) return copyFileUntrusted(from, to)
    throw error
  }
  await chmod(to, 0o644)
  return true
}

async function openUntrusted(path: string | Buffer): Promise<FileHandle | null> {
  if (!(await lstatIfThere(path))?.isFile()) return null
  await makeReadable(path)
  return openRegular(path)
}

/** A task may take away its own read permission (`chmod 0` is a way to hide): we own the file, so give it back. */
async function makeReadable(path: string | Buffer): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => null,
  )
  if (file) return file.close()
  const { mode } = await lstat(path)
  if ((mode & constants.S_IFMT) !== constants.S_IFLNK) await chmod(path, mode | 0o500)
}

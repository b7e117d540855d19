import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/**
 * Opens a regular file that anyone may have put there, without following a link or waiting for a pipe.
 * @throws the system's error; ELOOP for a link
 * @returns null when it is no regular file
 */
export async function openRegular(path: string | Buffer): Promise<FileHandle | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  if ((await file.stat()).isFile()) return file
  await file.close()
  return null
}

/** The first bytes of an open file. */
export async function firstBytes(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.min((await file.stat()).size, maxBytes))
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
  return buffer.subarray(0, bytesRead)
}

/** All of a regular file that is no longer than so; null of any other, and of what cannot be opened. */
export async function readSmall(path: string | Buffer, maxBytes: number): Promise<Buffer | null> {
  const file = await openRegular(path).catch(() => null)
  if (file === null) return null
  try {
    const bytes = await firstBytes(file, maxBytes + 1)
    return bytes.length > maxBytes ? null : bytes
  } finally {
    await file.close()
  }
}

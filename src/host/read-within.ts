import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { isWithin } from './files.ts'
import { firstBytes } from './read-file.ts'

/**
 * The first bytes of a file that a repository brought: a pipe is not waited for, and no link leads to another file
 * of the runner.
 * @param within the folder that the file may not leave through links; null when it is named outside of it
 * @throws Error that says why it cannot be read; with the system's code when it is not there
 */
export async function readWithin(path: string, within: string | null, maxBytes: number): Promise<Buffer> {
  const real = await realpath(path)
  if (within !== null && !isWithin(real, await realpath(within)))
    throw new Error('it leads out of the workspace')
  const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const about = await file.stat()
    if (about.isDirectory()) throw new Error('it is a folder')
    if (!about.isFile()) throw new Error('it is no regular file')
    return await firstBytes(file, maxBytes)
  } finally {
    await file.close()
  }
}

import { constants } from 'node:fs'
import { chmod, type FileHandle, lstat, mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/**
 * The first bytes of a regular file that a task may have replaced by anything: links are not followed and
 * pipes not waited for. Null where there is no such file.
 */
export async function readUntrusted(path: string, maxBytes: number): Promise<Buffer | null> {
  const file = await openUntrusted(path)
  if (!file) return null
  try {
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, maxBytes))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** What {@link copyUntrusted} copied, and what it left out because it is no regular file. */
export interface Copied {
  readonly files: string[]
  readonly left: string[]
}

/** Copies the regular files below a folder that a task wrote; links and special files are left out and named. */
export async function copyUntrusted(from: string, to: string, prefix = ''): Promise<Copied> {
  const copied: Copied = { files: [], left: [] }
  const root = await lstat(from).catch(() => null)
  if (!root?.isDirectory()) return copied
  await makeReadable(from)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const name = join(prefix, entry.name)
    if (entry.isDirectory()) {
      const below = await copyUntrusted(join(from, entry.name), join(to, entry.name), name)
      copied.files.push(...below.files)
      copied.left.push(...below.left)
    } else {
      const done = await copyFileUntrusted(join(from, entry.name), join(to, entry.name))
      ;(done ? copied.files : copied.left).push(name)
    }
  }
  return copied
}

/** Copies one regular file; false where it is none. */
export async function copyFileUntrusted(from: string | Buffer, to: string): Promise<boolean> {
  const source = await openUntrusted(from)
  if (!source) return false
  try {
    await mkdir(dirname(to), { recursive: true })
    const target = await open(to, 'w')
    await pipeline(source.createReadStream({ autoClose: false }), target.createWriteStream())
    return true
  } finally {
    await source.close()
  }
}

async function openUntrusted(path: string | Buffer): Promise<FileHandle | null> {
  if (!(await lstat(path).catch(() => null))?.isFile()) return null
  await makeReadable(path)
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  if ((await file.stat()).isFile()) return file
  await file.close()
  return null
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

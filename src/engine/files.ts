import { constants } from 'node:fs'
import { chmod, type FileHandle, lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Writes a file so that a reader sees the old text or the new one, never half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`
  await writeFile(part, text)
  await rename(part, path)
}

/** Waits until a file, or the names in a folder, are on the disk: what is there survives a loss of power. */
export async function syncToDisk(path: string | Buffer): Promise<void> {
  const file = await open(path, constants.O_RDONLY)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** How many files are waited for at once: disks write many in little more time than one. */
const AT_ONCE = 32

/** {@link syncToDisk} of many files. */
export async function syncAllToDisk(paths: readonly Buffer[]): Promise<void> {
  for (let from = 0; from < paths.length; from += AT_ONCE)
    await Promise.all(paths.slice(from, from + AT_ONCE).map(syncToDisk))
}

/**
 * Removes a file or folder; nothing there is fine. Folders that a task made read-only (module caches are) get
 * their permission back first.
 */
export async function removeFolder(path: string | Buffer): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch {
    await makeWritable(path)
    await rm(path, { recursive: true, force: true })
  }
}

async function makeWritable(folder: string | Buffer): Promise<void> {
  if (!(await lstat(folder).catch(() => null))?.isDirectory()) return
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { encoding: 'buffer', withFileTypes: true }))
    if (entry.isDirectory())
      await makeWritable(Buffer.concat([Buffer.from(folder), Buffer.from('/'), entry.name]))
}

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

/** True where `path` is `folder` or below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}

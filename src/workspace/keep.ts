import { createWriteStream } from 'node:fs'
import { chmod, link, lstat, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { removeFolder } from '../engine/files.ts'
import { readTar, type TarItem } from '../engine/tar-reader.ts'
import { filesBelow, systemPath } from './changes.ts'

/** Where this machine's kept copies are: beside the runner's workspaces, which no job's end empties. */
export function keptFolder(env: NodeJS.ProcessEnv): string {
  return join(dirname(env.RUNNER_WORKSPACE ?? env.RUNNER_TEMP ?? '/tmp/acode'), '_acode', 'kept')
}

/**
 * Writes a task's whole working copy, as it comes from the engine, to a folder of the runner's own, in place of
 * what an earlier try left there. A copy that cannot be made whole is removed.
 */
export async function keepCopy(archive: Readable, folder: string): Promise<void> {
  await removeFolder(folder)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for await (const item of readTar(archive)) await keepItem(item, folder)
  } catch (error) {
    await removeFolder(folder)
    throw error
  }
}

async function keepItem(item: TarItem, folder: string): Promise<void> {
  const path = item.path.split('/').slice(1).join('/')
  if (path.split('/').includes('..')) return
  const target = path === '' ? Buffer.from(folder) : systemPath(folder, path)
  if (item.type === 'folder') await mkdir(target, { recursive: true })
  else if (item.type === 'link') await symlink(Buffer.from(item.target, 'latin1'), target)
  else if (item.type === 'hard-link')
    await link(systemPath(folder, item.target.split('/').slice(1).join('/')), target)
  else if (item.type === 'file') {
    await pipeline(item.content, createWriteStream(target, { flags: 'wx' }))
    await chmod(target, (item.mode & 0o777) | 0o600)
  }
}

/** What the age-based fallback removed. */
export interface Expired {
  readonly folders: string[]
  readonly bytes: number
}

/** Removes kept copies that are older than so many days (GIT-3). */
export async function removeExpired(folder: string, days: number, now: Date): Promise<Expired> {
  const expired: Expired = { folders: [], bytes: 0 }
  let bytes = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => null) // another run on this machine may be removing it
    if (found === null || now.getTime() - found.mtimeMs < days * 24 * 3600 * 1000) continue
    bytes += await diskUse(path).catch(() => 0)
    await removeFolder(path)
    expired.folders.push(path)
  }
  return { ...expired, bytes }
}

/** The bytes of all files of a folder. */
export async function diskUse(folder: string): Promise<number> {
  const files = await filesBelow(folder, '')
  const sizes = await Promise.all(files.map(async (path) => (await lstat(systemPath(folder, path))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

import { lstat, readdir } from 'node:fs/promises'
import type { Docker } from '../engine/docker.ts'
import { readTar, type TarItem } from '../engine/tar-reader.ts'
import { type TarEntry, writeTar } from '../engine/tar-writer.ts'
import { systemPath } from './changes.ts'

/**
 * Gives what a task made as another user in a shared folder to the runner's user, through the engine: without it
 * the runner could neither overwrite nor delete it (actions/runner#434). Each is sent out and back in with its
 * owner changed.
 * @returns the paths that changed hands
 */
export async function reclaim(
  docker: Docker,
  container: string,
  target: string,
  folder: string,
  runner: { readonly uid: number; readonly gid: number },
): Promise<string[]> {
  const foreign = await foreignPaths(folder, '', runner.uid)
  for (const path of foreign) {
    const parent = path.split('/').slice(0, -1).join('/')
    const entries: TarEntry[] = []
    await docker.copyOut(container, `${target}/${path}`, async (archive) => {
      for await (const item of readTar(archive)) {
        const entry = await owned(item, runner)
        if (entry) entries.push(entry)
      }
    })
    await docker.copyIn(container, parent === '' ? target : `${target}/${parent}`, writeTar(entries))
  }
  return foreign
}

/** The topmost paths that belong to somebody else. */
async function foreignPaths(folder: string, path: string, uid: number): Promise<string[]> {
  const found: string[] = []
  const here = path === '' ? folder : systemPath(folder, path)
  for (const name of await readdir(here, { encoding: 'buffer' })) {
    const below = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`
    const state = await lstat(systemPath(folder, below))
    if (state.uid !== uid) found.push(below)
    else if (state.isDirectory()) found.push(...(await foreignPaths(folder, below, uid)))
  }
  return found
}

async function owned(
  item: TarItem,
  runner: { readonly uid: number; readonly gid: number },
): Promise<TarEntry | null> {
  const base = { path: item.path, mode: item.mode | 0o200, ...runner }
  if (item.type === 'folder') return { ...base, mode: item.mode | 0o700, type: 'folder' }
  if (item.type === 'link') return { ...base, type: 'link', target: item.target }
  if (item.type !== 'file') return null
  const content: Buffer[] = []
  for await (const chunk of item.content) content.push(chunk)
  return { ...base, type: 'file', size: item.size, content }
}

import { chmod, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Docker } from '../../engine/docker.ts'
import type { Ids, RunnerUser } from '../../engine/rootless.ts'
import { type TarEntry, writeTar } from '../../formats/tar-writer.ts'
import { removeFolder } from '../../host/files.ts'
import { systemPath } from '../changes.ts'

/**
 * Gives what a task made as another user in a shared folder to the runner's user, through the engine: without it
 * the runner could neither overwrite nor delete it (actions/runner#434). No content is moved: the engine sets the
 * owner of a folder that an archive names, and of a file to which an archive makes a further hard link. One that
 * was killed is simply begun again.
 * @returns paths of files that were set user or group id, and are no longer
 */
export async function reclaim(
  docker: Docker,
  container: string,
  target: string,
  folder: string,
  runner: RunnerUser,
  signal?: AbortSignal,
): Promise<string[]> {
  const links = `.acode-owner-${container.slice(0, 12)}`
  await removeFolder(join(folder, links))
  // A folder that only its owner could read shows what is in it once it has changed hands.
  for (let round = 0; round < DEEPEST; round++) {
    const folders = await foreignBelow(folder, '', runner.uid, true, signal)
    if (folders.length === 0) break
    await docker.archives.put(
      container,
      target,
      writeTar(
        folders.map(({ path, mode }) => ({ path, type: 'folder', mode: mode | 0o700, ...runner.inside })),
      ),
      signal,
    )
  }
  // The owner of a folder can replace and delete each symbolic link in it, of any owner.
  const withoutLinks = await docker.archives.linksThrough()
  const foreign = await foreignBelow(folder, '', runner.uid, false, signal)
  const files = withoutLinks ? foreign.filter(({ isLink }) => !isLink) : foreign
  if (files.length === 0) return []
  try {
    await docker.archives.put(container, target, writeTar(hardLinks(files, links, runner.inside)), signal)
  } finally {
    await removeFolder(join(folder, links))
  }
  for (const { path, mode, isFile } of files)
    if (isFile) await chmod(systemPath(folder, path), (mode & 0o777) | 0o600)
  return files.flatMap(({ path, mode, isFile }) => (isFile && mode & 0o6000 ? [path] : []))
}

/** No task needs folders nested deeper than this, each readable by its owner only. */
const DEEPEST = 100

function* hardLinks(files: readonly Foreign[], folder: string, owner: Ids): Generator<TarEntry> {
  yield { path: folder, type: 'folder', mode: 0o700, ...owner }
  let count = 0
  for (const { path, mode } of files)
    yield { path: `${folder}/${count++}`, type: 'hard-link', target: path, mode: mode & 0o1777, ...owner }
}

interface Foreign {
  readonly path: string
  readonly mode: number
  readonly isFile: boolean
  readonly isLink: boolean
}

/** What belongs to other users below a folder: either folders, or all else. Unreadable folders are passed over. */
async function foreignBelow(
  folder: string,
  path: string,
  uid: number,
  folders: boolean,
  signal: AbortSignal | undefined,
): Promise<Foreign[]> {
  signal?.throwIfAborted()
  const found: Foreign[] = []
  const here = path === '' ? folder : systemPath(folder, path)
  for (const name of await readdir(here, { encoding: 'buffer' }).catch(() => [])) {
    const below = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`
    const state = await lstat(systemPath(folder, below)).catch(() => null)
    if (state === null) continue // another one who gives back was here
    if (state.isDirectory()) found.push(...(await foreignBelow(folder, below, uid, folders, signal)))
    if (state.uid !== uid && state.isDirectory() === folders)
      found.push({
        ...{ path: below, mode: state.mode & 0o7777 },
        ...{ isFile: state.isFile(), isLink: state.isSymbolicLink() },
      })
  }
  return found
}

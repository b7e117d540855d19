import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Docker } from '../../engine/docker.ts'
import { type TarEntry, writeTar } from '../../formats/tar-writer.ts'
import type { Mount } from '../mounts/mount.ts'
import type { Account } from './account.ts'

/** Everybody may read them, as in any system. */
const MODE = 0o644

/** The account's files as mounts of a folder of the runner, where the engine sees it; also over a read-only root. */
export const accountMounts = (engineFolder: string, { files }: Account): Mount[] =>
  files.map(({ path }) => ({
    type: 'bind',
    source: join(engineFolder, basename(path)),
    target: path,
    readOnly: true,
  }))

/** Writes them into that folder. */
export async function writeAccount(folder: string, { files }: Account): Promise<void> {
  for (const { path, content } of files)
    await writeFile(join(folder, basename(path)), content, { encoding: 'latin1', mode: MODE })
}

/** Writes them into a container that has not started: for engines that see no files of the runner. */
export async function sendAccount(docker: Docker, container: string, { files }: Account): Promise<void> {
  if (files.length === 0) return
  const entries = files.map(({ path, content }): TarEntry => {
    const bytes = Buffer.from(content, 'latin1')
    const root = { uid: 0, gid: 0, mode: MODE }
    return { path: path.slice(1), type: 'file', ...root, size: bytes.length, content: [bytes] }
  })
  await docker.archives.put(container, '/', writeTar(entries))
}

import { copyFile, link, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isErrno } from '../../host/open-folder.ts'
import type { FileState } from '../changes.ts'
import { lfsPath } from './lfs.ts'

/** Keeps contents of Git LFS by their SHA-256 in a folder of the form of `.git/lfs`. */
export async function keepLfsFiles(contents: ReadonlyMap<string, FileState>, folder: string): Promise<void> {
  for (const [id, { content }] of contents) {
    const to = join(folder, lfsPath(id))
    await mkdir(dirname(to), { recursive: true })
    if ('bytes' in content) await writeFile(to, content.bytes)
    else await linkOrCopy(content.file, to)
  }
}

/** What was collected is in a folder of the same run: a second name for it takes no room. */
async function linkOrCopy(from: Buffer, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!isErrno(error, 'EXDEV', 'EPERM', 'EMLINK')) throw error
    await copyFile(from, to)
  }
}

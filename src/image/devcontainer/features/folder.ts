import { createHash } from 'node:crypto'
import { opendir, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { formatBytes } from '../../../formats/units.ts'
import { isWithin } from '../../../host/files.ts'
import { readWithin } from '../../../host/read-within.ts'
import { type FeatureFile, MOST } from './files.ts'

/**
 * The files of a feature that is a folder of the workspace, links among them as what they lead to.
 * @param path below the workspace
 * @throws Error that says what is wrong with it; with the system's code when it is not there
 */
export async function filesOfFolder(workspace: string, path: string): Promise<FeatureFile[]> {
  const folder = await realpath(join(workspace, path))
  if (!isWithin(folder, await realpath(workspace))) throw new Error('it leads out of the workspace')
  const files: FeatureFile[] = []
  let bytes = 0
  for await (const at of pathsBelow(folder, { entries: MOST.files })) {
    const content = await readWithin(at, workspace, MOST.bytes - bytes + 1)
    bytes += content.length
    if (bytes > MOST.bytes) throw new Error(`it has more than ${formatBytes(MOST.bytes)}`)
    files.push({ path: relative(folder, at), content })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The paths of all that is no folder, as they come; links are not followed. */
async function* pathsBelow(folder: string, left: { entries: number }): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    if (--left.entries < 0) throw new Error(`it has more than ${MOST.files} files`)
    const at = join(folder, entry.name)
    if (entry.isDirectory()) yield* pathsBelow(at, left)
    else yield at
  }
}

/** Names the content of files, as a digest does. */
export function digestOfFiles(files: readonly FeatureFile[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of files) hash.update(`${path}\0${content.length}\0`).update(content)
  return `sha256:${hash.digest('hex')}`
}

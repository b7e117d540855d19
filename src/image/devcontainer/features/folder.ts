import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { formatBytes } from '../../../formats/units.ts'
import { readWithin } from '../../../host/read-within.ts'
import { type FeatureFile, MOST } from './files.ts'

/**
 * The files of a feature that is a folder of the workspace, links among them as what they lead to.
 * @param path below the workspace
 * @throws Error that says what is wrong with it; with the system's code where it is not there
 */
export async function filesOfFolder(workspace: string, path: string): Promise<FeatureFile[]> {
  const folder = join(workspace, path)
  const files: FeatureFile[] = []
  let bytes = 0
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  if (entries.length > MOST.files) throw new Error(`it has more than ${MOST.files} files`)
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const at = join(entry.parentPath, entry.name)
    const content = await readWithin(at, workspace, MOST.bytes - bytes + 1)
    bytes += content.length
    if (bytes > MOST.bytes) throw new Error(`it has more than ${formatBytes(MOST.bytes)}`)
    files.push({ path: at.slice(folder.length + 1), content })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Names the content of files, as a digest does. */
export function digestOfFiles(files: readonly FeatureFile[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of files) hash.update(`${path}\0${content.length}\0`).update(content)
  return `sha256:${hash.digest('hex')}`
}

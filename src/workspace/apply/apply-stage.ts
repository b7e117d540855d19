import { mkdir, open, symlink } from 'node:fs/promises'
import { syncAllToDisk } from '../../host/files.ts'
import type { HeldFolder } from '../../host/held-folder.ts'
import { type Changes, chunksOf, type FileState, foldersAbove, inGitFolder, statInside } from '../changes.ts'
import type { ApplyStep } from './apply-journal.ts'
import { aside, identityOf } from './apply-steps.ts'

/**
 * Plans an apply, and writes what is new into its folder: deletions first, so that files give way to folders and
 * folders to files. Nothing of the workspace is touched. A repository's hooks and configuration are the runner's
 * alone.
 */
export async function stageChanges(
  workspace: string,
  staging: HeldFolder,
  changes: Changes,
): Promise<ApplyStep[]> {
  const steps: ApplyStep[] = []
  const files: Buffer[] = []
  const gone = new Set<string>()
  const made = new Set<string>()
  for (const path of changes.deleted) {
    if (inGitFolder(path) || (await statInside(workspace, path)) === null) continue
    steps.push({ path, kind: 'delete' })
    gone.add(path)
  }
  for (const [path, state] of changes.written) {
    if (inGitFolder(path)) continue
    for (const folder of foldersAbove(path)) {
      const there = gone.has(folder) ? null : await statInside(workspace, folder)
      if (made.has(folder) || there?.isDirectory()) continue
      if (there) throw new Error(`${folder} is no folder there`)
      await mkdir(staging.entry(aside('new', steps.length)))
      steps.push(await staged(staging, steps.length, folder, 'folder'))
      made.add(folder)
    }
    const old = await statInside(workspace, path)
    const file = staging.entry(aside('new', steps.length))
    await writeState(file, state, old?.isFile() ? old.mode & 0o777 : null)
    if (state.mode !== '120000') files.push(file)
    steps.push(await staged(staging, steps.length, path, 'file'))
  }
  await syncAllToDisk(files)
  return steps
}

async function staged(
  staging: HeldFolder,
  n: number,
  path: string,
  kind: 'file' | 'folder',
): Promise<ApplyStep> {
  const identity = await identityOf(staging, aside('new', n))
  if (identity === null) throw new Error(`what was written aside for ${path} is gone`)
  return { path, kind, identity }
}

/** Writes a file or link in the state that it shall have; of the mode it had, only the exec bits may change. */
async function writeState(path: Buffer, state: FileState, oldMode: number | null): Promise<void> {
  if (state.mode === '120000' && 'bytes' in state.content) return symlink(state.content.bytes, path)
  const file = await open(path, 'wx')
  try {
    await file.writeFile(chunksOf(state))
    const mode = oldMode ?? (await file.stat()).mode & 0o777
    if (state.mode === '100755') await file.chmod(mode | ((mode & 0o444) >> 2) | 0o100)
    else await file.chmod(mode & ~0o111)
  } finally {
    await file.close()
  }
}

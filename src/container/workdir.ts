import { mkdir, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { isWithin } from '../engine/files.ts'
import { TaskError } from '../errors.ts'

/** The task's working directory in the container; by default the workspace. */
export const workdirOf = (workdir: string | undefined, workspace: string): string =>
  workdir === undefined ? workspace : isAbsolute(workdir) ? workdir : join(workspace, workdir)

/** The folders from a workspace down to a path below it: `a/b` → `a`, `a/b`; none for a path elsewhere. */
export function foldersBetween(workspace: string, path: string): string[] {
  if (!isWithin(path, workspace)) return []
  const parts = relative(workspace, path)
    .split('/')
    .filter((part) => part !== '')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/**
 * The working directory has to be there: the engine would make a missing one, as root, in the runner's folder.
 * @throws TaskError ACODE-CTN-006
 */
export async function requireWorkdir(runnerPath: string, workspace: string, workdir: string): Promise<void> {
  if (!isWithin(workdir, workspace)) return
  const path = join(runnerPath, relative(workspace, workdir))
  if ((await stat(path).catch(() => null))?.isDirectory()) return
  throw new TaskError(
    'ACODE-CTN-006',
    `The working directory ${relative(workspace, workdir)} is no folder of the workspace (${path}). Create it before this step, or correct working-directory.`,
  )
}

/** Makes the folders on which mounts below a shared workspace lie: the engine would make them, as root. */
export async function makeMountPoints(
  runnerPath: string,
  workspace: string,
  targets: readonly string[],
): Promise<void> {
  for (const target of targets)
    for (const folder of foldersBetween(workspace, target))
      await mkdir(join(runnerPath, folder), { recursive: true })
}

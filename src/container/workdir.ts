import { mkdir } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { TaskError } from '../errors.ts'
import { isWithin, statIfThere } from '../host/files.ts'

/** The task's working directory in the container; by default the workspace. */
export const workdirOf = (workdir: string | undefined, workspace: string): string =>
  workdir === undefined ? workspace : isAbsolute(workdir) ? workdir : join(workspace, workdir)

/** The task's working directory, relative to the workspace; empty for the workspace itself, or where it is elsewhere. */
export function folderInWorkspace(workdir: string | undefined, workspace: string): string {
  const path = workdirOf(workdir, workspace)
  return isWithin(path, workspace) ? relative(workspace, path) : ''
}

/** The folders from a workspace down to a path below it: `a/b` → `a`, `a/b`; none for a path elsewhere. */
export function foldersBetween(workspace: string, path: string): string[] {
  if (!isWithin(path, workspace)) return []
  const parts = relative(workspace, path)
    .split('/')
    .filter((part) => part !== '')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** Where a working directory may be. */
export interface WorkdirPlaces {
  /** Of the task in the container. */
  readonly workspace: string
  /** Of the runner; null when the task has an empty one, in which its working directory is made. */
  readonly runnerPath: string | null
  readonly mounts: readonly { readonly source: string; readonly target: string }[]
  /** Where volumes and file systems in memory are, whose content is not known before the task runs. */
  readonly others: readonly string[]
  /** Asked for a folder of the image. */
  readonly hasFolder: (path: string) => Promise<boolean>
}

/** What the engine itself puts into every container. */
const ENGINES = ['/dev', '/proc', '/sys']

/**
 * The working directory has to be there: the engine would make a missing one, as root, in the runner's folder too.
 * @throws TaskError ACODE-CTN-006
 */
export async function requireWorkdir(workdir: string, places: WorkdirPlaces): Promise<void> {
  const { workspace, runnerPath, mounts, others, hasFolder } = places
  const mount = mounts.find(({ target }) => isWithin(workdir, target))
  if ([...others, ...ENGINES].some((target) => isWithin(workdir, target)) || workdir === '/') return
  const onRunner = mount
    ? join(mount.source, relative(mount.target, workdir))
    : isWithin(workdir, workspace)
      ? runnerPath && join(runnerPath, relative(workspace, workdir))
      : undefined
  if (onRunner === null) return
  if (onRunner === undefined) {
    if (await hasFolder(workdir)) return
    throw nowhere(workdir, 'the image, and is in no mount and no volume', 'Use an image that has it')
  }
  const found = await statIfThere(onRunner).catch(() => undefined)
  // What this process may not see the engine may: it says what is wrong with it.
  if (found === undefined || found?.isDirectory()) return
  const name = mount ? workdir : relative(workspace, workdir)
  const what = mount ? `the mount ${mount.target} (${onRunner})` : `the workspace (${onRunner})`
  throw nowhere(name, what, 'Create it before this step')
}

const nowhere = (workdir: string, place: string, advice: string) =>
  new TaskError(
    'ACODE-CTN-006',
    `The working directory ${workdir} is no folder of ${place}. ${advice}, or correct working-directory.`,
  )

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

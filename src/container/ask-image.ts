import { resolve } from 'node:path'
import type { Docker } from '../engine/docker.ts'
import { TaskError } from '../errors.ts'
import { labelsOf, sharedLabel } from '../ownership/labels.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { createHelper } from '../workspace/helper.ts'
import { type Account, accountOf } from './account.ts'
import { CONTROL } from './control.ts'
import type { TaskRequest } from './gather-facts.ts'
import { ImageFiles } from './image-files.ts'
import { parseOptions } from './options.ts'
import { needsLook, resolveUser, type TaskUser, wantedUser } from './user.ts'
import { requireWorkdir, type WorkdirPlaces, workdirOf } from './workdir.ts'

/** The task's user in numbers. The image is asked for what only its files say of user and working directory. */
export async function askImage(
  docker: Docker,
  request: TaskRequest,
): Promise<{ user: TaskUser; account: Account }> {
  const { spec, image, runner } = request
  const files = new ImageFiles(docker, () => createHelper(docker, helperOf(request)))
  try {
    await requireWorkdir(workdirOf(spec.workdir, request.workspace.path), placesOf(request, files))
    const wanted = wantedUser(spec, image.user, runner.inside)
    if (!needsLook(wanted)) {
      const user = resolveUser(wanted, { passwd: '', group: '' }, spec, runner.inside)
      return { user, account: await accountIn(files, user, spec.env.HOME) }
    }
    const users = await files.users()
    const user = resolveUser(wanted, users, spec, runner.inside)
    return { user, account: accountOf(user, users, spec.env.HOME) }
  } finally {
    await files.end()
  }
}

/** Where the working directory may be. */
function placesOf({ spec, workspace, paths }: TaskRequest, files: ImageFiles): WorkdirPlaces {
  return {
    workspace: workspace.path,
    runnerPath: workspace.source === null ? null : paths.workspace,
    mounts: spec.mounts.map(({ source, target }) => ({ source: resolve(paths.workspace, source), target })),
    others: [
      CONTROL,
      ...spec.cacheVolumes.map(({ target }) => target),
      ...spec.engineVolumes.map(({ target }) => target),
      ...memoryFolders(spec),
    ],
    hasFolder: (path) => files.hasFolder(path),
  }
}

/** What a helper of this run is made of. */
export const helperOf = ({
  identity,
  labels,
  image,
}: Pick<TaskRequest, 'identity' | 'labels' | 'image'>) => ({
  name: identity.container,
  labels: { ...labelsOf(labels, {}), ...sharedLabel(null) },
  image: image.id,
})

/** The account of a user in numbers. Images have root, and need not be asked; one whose files are none has no accounts. */
async function accountIn(files: ImageFiles, user: TaskUser, home: string | undefined): Promise<Account> {
  if (user.uid === 0 && user.gid === 0) return { name: 'root', files: [] }
  try {
    return accountOf(user, await files.users(), home)
  } catch (error) {
    if (!(error instanceof TaskError)) throw error
    return { ...accountOf(user, { passwd: '', group: '' }, home), files: [] }
  }
}

/** Where file systems in memory are mounted. */
function memoryFolders({ options, readOnly }: ContainerSpec): string[] {
  const given = parseOptions(options).flatMap((word, index, words) =>
    words[index - 1] === '--tmpfs' ? [word.replace(/:.*$/s, '')] : [],
  )
  return readOnly ? ['/tmp', ...given] : given
}

import { resolve } from 'node:path'
import type { Docker } from '../../engine/docker.ts'
import { TaskError } from '../../errors.ts'
import { labelsOf, sharedLabel } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { createHelper } from '../../workspace/methods/helper.ts'
import { gitConfigFile, SYSTEM_CONFIG } from '../git-settings.ts'
import { CONTROL } from '../mounts/control.ts'
import { parseOptions } from '../options/options.ts'
import { type Account, accountOf } from '../user/account.ts'
import { homeOf } from '../user/home.ts'
import {
  needsLook,
  resolveUser,
  type TaskUser,
  type UserFiles,
  type WantedUser,
  wantedUser,
} from '../user/user.ts'
import { requireWorkdir, type WorkdirPlaces, workdirOf } from '../workdir.ts'
import { ImageFiles } from './image-files.ts'
import type { TaskRequest } from './request.ts'

/** Who the task is: its user in numbers, by name, and its HOME. */
interface Who {
  readonly user: TaskUser
  readonly account: Account
  /** Null: the image's own. */
  readonly home: string | null
}

/** The task's user. The image is asked for what only its files say of user, working directory and git. */
export async function askImage(docker: Docker, request: TaskRequest): Promise<Who> {
  const { spec, image, runner, workspace } = request
  const files = new ImageFiles(docker, () => createHelper(docker, helperOf(request)))
  try {
    await requireWorkdir(workdirOf(spec.workdir, workspace.path), placesOf(request, files))
    const wanted = wantedUser(spec, image.user, runner.inside)
    const [who, system] = await Promise.all([
      whoIs(files, request, wanted),
      // Without a checkout, what git finds is what the task made.
      workspace.kind === 'empty' ? null : files.text(SYSTEM_CONFIG),
    ])
    const git = system === null ? [] : [{ path: SYSTEM_CONFIG, content: gitConfigFile(system) }]
    return { ...who, account: { ...who.account, files: [...who.account.files, ...git] } }
  } finally {
    await files.end()
  }
}

const NO_FILES: UserFiles = { passwd: '', group: '' }

async function whoIs(
  files: ImageFiles,
  { spec, image, runner }: TaskRequest,
  wanted: WantedUser,
): Promise<Who> {
  const isNeeded = needsLook(wanted)
  const users = isNeeded ? await files.users() : null
  const user = resolveUser(wanted, users ?? NO_FILES, spec, runner.inside)
  // Images have root, and need not be asked; one whose files are none has no accounts.
  const isRoot = !isNeeded && user.uid === 0 && user.gid === 0
  const known = users ?? (isRoot ? null : await orNone(files.users()))
  const home = homeOf(spec, image, user, known ?? NO_FILES)
  const account = isRoot ? ROOT : accountOf(user, known ?? NO_FILES, home ?? image.home ?? null)
  return { user, account: known === null ? { ...account, files: [] } : account, home }
}

const ROOT: Account = { name: 'root', files: [] }

const orNone = (asked: Promise<UserFiles>): Promise<UserFiles | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof TaskError) return null
    throw error
  })

/** Where the working directory may be. */
function placesOf({ spec, workspace, paths }: TaskRequest, files: ImageFiles): WorkdirPlaces {
  return {
    workspace: workspace.path,
    runnerPath: workspace.kind === 'empty' ? null : paths.workspace,
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
const helperOf = ({ identity, labels, image }: Pick<TaskRequest, 'identity' | 'labels' | 'image'>) => ({
  name: identity.container,
  labels: { ...labelsOf(labels, {}), ...sharedLabel(null) },
  image: image.id,
})

/** Where file systems in memory are mounted. */
function memoryFolders(spec: ContainerSpec): string[] {
  const given = parseOptions(spec.options, spec).flatMap((word, index, words) =>
    words[index - 1] === '--tmpfs' ? [word.replace(/:.*$/s, '')] : [],
  )
  return spec.readOnly ? ['/tmp', ...given] : given
}

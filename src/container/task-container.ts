import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Docker } from '../engine/docker.ts'
import type { PathTranslation } from '../engine/own-container.ts'
import type { RunnerUser } from '../engine/rootless.ts'
import { sentence, TaskError } from '../errors.ts'
import { removeFolder } from '../host/files.ts'
import { ownFolder } from '../host/own-folder.ts'
import type { Image } from '../image/image.ts'
import { type LabelFacts, labelsOf, sharedLabel } from '../ownership/labels.ts'
import { removeContainer } from '../ownership/remove.ts'
import { kindOf, type SharedFolders } from '../ownership/restore.ts'
import { SharedNotes } from '../ownership/shared-notes.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Identity } from '../task/identity.ts'
import { createHelper } from '../workspace/helper.ts'
import { asUnusable } from '../workspace/volume.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import { type Account, accountOf } from './account.ts'
import { accountMounts, sendAccount, writeAccount } from './account-files.ts'
import type { ContainerPlan } from './arguments.ts'
import { type Command, commandOf, environmentScript, withEnvironment } from './command.ts'
import { CONTROL, controlEntries, type Entry } from './control.ts'
import { createContainer, UnseenMountError } from './create-container.ts'
import { type EnvironmentTransport, environmentOf, transportEnvironment } from './environment.ts'
import {
  bindFolders,
  canBind,
  type FolderTransport,
  type FreshFolder,
  fill,
  volumeFolders,
  withFiller,
} from './folders.ts'
import { ImageFiles } from './image-files.ts'
import { type Mount, mountOption, resolveMounts } from './mounts.ts'
import type { Network } from './network.ts'
import { parseOptions } from './options.ts'
import { sharedFolders } from './shared-folders.ts'
import { needsLook, resolveUser, type TaskUser, wantedUser } from './user.ts'
import { cacheMounts, cachesOf, findVolumes, judgeVolumes, type Repository } from './volumes.ts'
import { foldersBetween, makeMountPoints, requireWorkdir, workdirOf } from './workdir.ts'

/** Everything that one task's container is made from. */
export interface TaskContainerRequest {
  readonly identity: Identity
  readonly spec: ContainerSpec
  readonly secrets: Readonly<Record<string, string>>
  readonly image: Image
  readonly workspace: Workspace
  readonly network: Network
  readonly labels: LabelFacts
  /** The runner's environment: what may be passed on is taken from it. */
  readonly env: NodeJS.ProcessEnv
  readonly runner: RunnerUser
  readonly repository: Repository
  /** A folder that only the runner's user may enter. */
  readonly privateFolder: string
  /** The runner's workspace. */
  readonly runnerPath: string
  /** How the engine names a path of the runner; null: not at all. */
  readonly translate: PathTranslation
  /** Told just before the engine is asked, with the plan that it is asked for. */
  readonly onPlan: (plan: ContainerPlan, folders: FolderTransport['kind']) => void
}

/** A container that is ready to start. */
export interface TaskContainer {
  readonly id: string
  readonly command: Command
  readonly user: TaskUser
  readonly folders: FolderTransport
  /** What of the runner's the task may write to; null where nothing. */
  readonly shared: SharedFolders | null
}

/**
 * Makes a task's container and fills its folders. Control folder and empty workspace are bound from the runner
 * where that is safe and the engine sees them; that it does not shows at creation, at no cost before.
 * @throws TaskError
 * @throws UnusableMethodError where the workspace's method does not work with this engine; nothing is left then
 */
export async function makeTaskContainer(
  docker: Docker,
  request: TaskContainerRequest,
): Promise<TaskContainer> {
  const { spec, runner, workspace, privateFolder } = request
  const workdir = workdirOf(spec.workdir, workspace.path)
  const plain = commandOf(spec, request.image)
  const { user, account } = await askImage(docker, request, workdir)
  const environment = transportEnvironment(
    environmentOf(request.identity, workspace.path, request.env, spec.env, account.name),
  )
  const event = await eventOf(request.env)
  const script = environmentScript(environment.inTask)
  const command = script === '' ? plain : withEnvironment(plain, request.image)
  const fresh: FreshFolder[] = [
    { target: CONTROL, entries: controlEntries(command, request.secrets, { environment: script, event }) },
  ]
  if (workspace.source === null)
    fresh.push({ target: workspace.path, entries: foldersBetween(workspace.path, workdir).map(folderEntry) })
  const shared = sharedFolders(spec, workspace, user, runner, {
    runnerPath: request.runnerPath,
    temp: request.env.RUNNER_TEMP ?? request.runnerPath,
    now: Date.now(),
  })
  const byVolume = volumeFolders(docker, privateFolder, fresh)
  const enginePrivate = request.translate(privateFolder)
  const byBind = enginePrivate === null ? null : bindFolders(privateFolder, enginePrivate, fresh, runner)
  let folders = byBind !== null && canBind(user, runner, spec.profile) ? byBind : byVolume
  if (folders === byVolume && workspace.method === 'overlay') await proveSeen(docker, request, enginePrivate)
  let accountBy = enginePrivate === null ? null : accountMounts(enginePrivate, account)
  if (accountBy) await writeAccount(privateFolder, account)
  let id: string
  try {
    id = await create(docker, request, { command, environment }, user, folders, shared, accountBy ?? [])
  } catch (error) {
    if (!(error instanceof UnseenMountError)) throw error
    if (workspace.method === 'overlay')
      throw new UnusableMethodError('the engine does not see the runner’s files')
    if (workspace.method === 'bind') throw unseenWorkspace(workspace, error)
    if (folders === byVolume && !accountBy?.length) throw unseenMounts(error)
    folders = byVolume
    accountBy = null
    id = await create(docker, request, { command, environment }, user, folders, shared, []).catch(
      (second: unknown) => {
        throw second instanceof UnseenMountError ? unseenMounts(second) : second
      },
    )
  }
  try {
    await fillAll(docker, request, id, user, folders)
    if (accountBy === null && !spec.readOnly) await sendAccount(docker, id, account)
    return { id, command, user, folders, shared }
  } catch (error) {
    if (error instanceof UnusableMethodError) await removeContainer(docker, id)
    throw error
  }
}

/** The payload of the run's event; an empty one where the runner has none. */
async function eventOf({ GITHUB_EVENT_PATH: path }: NodeJS.ProcessEnv): Promise<string> {
  if (path === undefined || path === '') return '{}'
  return readFile(path, 'utf8').catch(() => '{}')
}

/** Fills everything that is the task's own: control folder, working copy, cache volumes. */
async function fillAll(
  docker: Docker,
  { spec, workspace }: TaskContainerRequest,
  id: string,
  user: TaskUser,
  folders: FolderTransport,
): Promise<void> {
  const isCopy = workspace.source !== null && 'volume' in workspace.source
  const caches = user.uid === 0 ? [] : spec.cacheVolumes
  const needsFiller = folders.kind === 'volume' || isCopy || caches.length > 0
  await withFiller(docker, id, spec.readOnly && needsFiller, async (filler) => {
    // The workspace goes first: where it turns out unusable, another method begins with folders still fresh.
    if (isCopy) await workspace.fill(filler, user)
    await folders.load(filler, user)
    // A new volume belongs to root, who the task is not: its root folder is given to the task's user.
    await fill(
      docker,
      filler,
      caches.map(({ target }) => ({ target, entries: [] })),
      user,
    )
  })
}

/** Shows that the engine sees the runner's files, by a folder that is there only now. */
async function proveSeen(
  docker: Docker,
  request: TaskContainerRequest,
  enginePath: string | null,
): Promise<void> {
  if (enginePath === null) throw new UnusableMethodError('the engine does not see the runner’s files')
  const mount = mountOption({ type: 'bind', source: enginePath, target: '/acode-seen' })
  const probe = await asUnusable(() =>
    createHelper(docker, { ...helperOf(request), options: ['--mount', mount] }),
  )
  await docker.containers.remove(probe)
}

const helperOf = ({ identity, labels, image }: TaskContainerRequest) => ({
  name: identity.container,
  labels: { ...labelsOf(labels, {}), ...sharedLabel(null) },
  image: image.id,
})

const folderEntry = (path: string): Entry => ({ path, kind: 'folder' })

async function create(
  docker: Docker,
  request: TaskContainerRequest,
  { command, environment }: { command: Command; environment: EnvironmentTransport },
  user: TaskUser,
  folders: FolderTransport,
  shared: SharedFolders | null,
  accounts: readonly Mount[],
): Promise<string> {
  const { spec, workspace, env } = request
  await folders.prepare()
  const own = await resolveMounts(spec.mounts, {
    workspace: request.runnerPath,
    endpoint: async () => (await docker.endpoint()).host,
    fileCommands: env.GITHUB_OUTPUT ? dirname(env.GITHUB_OUTPUT) : null,
    // The run's folder, with `private` in it, is beside all others of the job.
    runs: dirname(dirname(request.privateFolder)),
    own: ownFolder(env, request.runnerPath, false),
  })
  const caches = cachesOf(spec, request.repository)
  const volumes = [...caches.map(({ volume }) => volume), ...spec.engineVolumes.map(({ name }) => name)]
  judgeVolumes(caches, spec.engineVolumes, request.repository, await findVolumes(docker, volumes))
  const mounted: Mount[] = [
    ...cacheMounts(caches, request.repository),
    ...spec.engineVolumes.map((volume): Mount => ({ type: 'volume', ...volume })),
    ...own,
  ]
  if (workspace.method === 'bind')
    await makeMountPoints(
      request.runnerPath,
      workspace.path,
      mounted.map(({ target }) => target),
    )
  const environmentFile = environment.file === '' ? null : join(request.privateFolder, 'environment')
  const plan: ContainerPlan = {
    name: request.identity.container,
    image: spec.image ?? request.image.reference,
    command,
    labels: {
      ...labelsOf(request.labels, spec.labels),
      ...sharedLabel(shared && kindOf(shared)),
    },
    user,
    environment,
    environmentFile,
    mounts: [...mountOf(workspace), ...folders.mounts, ...accounts, ...mounted],
    caches,
    network: request.network,
    workdir: workdirOf(spec.workdir, workspace.path),
    options: parseOptions(spec.options),
    spec,
  }
  request.onPlan(plan, folders.kind)
  if (shared) await new SharedNotes(env).keep(plan.name, request.labels.owner, shared)
  if (environmentFile === null) return createContainer(docker, plan)
  await writeFile(environmentFile, environment.file, { mode: 0o600 })
  try {
    return await createContainer(docker, plan)
  } finally {
    await removeFolder(environmentFile)
  }
}

function mountOf({ source, path }: Workspace): Mount[] {
  if (source === null) return []
  if ('folder' in source) return [{ type: 'bind', source: source.folder, target: path }]
  return [{ type: 'volume', name: source.volume, target: path, noCopy: true }]
}

function unseenWorkspace(workspace: Workspace, error: UnseenMountError): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The engine does not see the runner’s files (workspace ${workspace.path}): ${sentence(error.message)} ` +
      'It runs on another machine, in another container or as another user. Use workspace: copy, or an engine of the runner’s user on this machine.',
    { cause: error },
  )
}

function unseenMounts(error: UnseenMountError): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The engine does not see what mounts names on the runner: ${sentence(error.message)} It runs on another machine, in another container or as another user. Use cache-volumes, or an engine on this machine.`,
    { cause: error },
  )
}

/** The task's user in numbers. The image is asked for what only its files say of user and working directory. */
async function askImage(
  docker: Docker,
  request: TaskContainerRequest,
  workdir: string,
): Promise<{ user: TaskUser; account: Account }> {
  const { spec, image, workspace, runner, runnerPath } = request
  const files = new ImageFiles(docker, () => createHelper(docker, helperOf(request)))
  try {
    await requireWorkdir(workdir, {
      workspace: workspace.path,
      runnerPath: workspace.source === null ? null : runnerPath,
      mounts: spec.mounts.map(({ source, target }) => ({ source: resolve(runnerPath, source), target })),
      others: [
        CONTROL,
        ...spec.cacheVolumes.map(({ target }) => target),
        ...spec.engineVolumes.map(({ target }) => target),
        ...memoryFolders(spec),
      ],
      hasFolder: (path) => files.hasFolder(path),
    })
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

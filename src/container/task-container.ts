import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Docker } from '../engine/docker.ts'
import { engineEndpoint } from '../engine/endpoint.ts'
import { removeFolder } from '../engine/files.ts'
import type { PathTranslation } from '../engine/own-container.ts'
import { ownFolder } from '../engine/own-folder.ts'
import type { RunnerUser } from '../engine/rootless.ts'
import { messageOf, sentence, TaskError } from '../errors.ts'
import type { Image } from '../image/image.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Identity } from '../task/identity.ts'
import { createHelper } from '../workspace/helper.ts'
import { asUnusable } from '../workspace/volume.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import type { ContainerPlan } from './arguments.ts'
import { type Command, commandOf } from './command.ts'
import { CONTROL, controlEntries, type Entry } from './control.ts'
import { environmentOf, transportEnvironment } from './environment.ts'
import {
  bindFolders,
  canBind,
  type FolderTransport,
  type FreshFolder,
  fill,
  volumeFolders,
  withFiller,
} from './folders.ts'
import { type LabelFacts, labelsOf, sharedLabel } from './labels.ts'
import { createContainer, UnseenMountError } from './lifecycle.ts'
import { type Mount, mountOption, resolveMounts } from './mounts.ts'
import type { Network } from './network.ts'
import { parseOptions } from './options.ts'
import { removeContainer } from './removal.ts'
import { kindOf, type SharedFolders, sharedFolders } from './shared-folders.ts'
import { SharedNotes } from './shared-notes.ts'
import { needsLook, resolveUser, type TaskUser, wantedUser } from './user.ts'
import { readUserFiles } from './user-files.ts'
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
  const command = commandOf(spec)
  const user = await findUser(docker, request)
  const fresh: FreshFolder[] = [{ target: CONTROL, entries: controlEntries(command, request.secrets) }]
  const workdir = workdirOf(spec.workdir, workspace.path)
  if (workspace.source !== null) await requireWorkdir(request.runnerPath, workspace.path, workdir)
  else
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
  let id: string
  try {
    id = await create(docker, request, command, user, folders, shared)
  } catch (error) {
    if (!(error instanceof UnseenMountError)) throw error
    if (workspace.method === 'overlay')
      throw new UnusableMethodError('the engine does not see the runner’s files')
    if (workspace.method === 'bind') throw unseenWorkspace(workspace, error)
    if (folders === byVolume) throw unseenMounts(error)
    folders = byVolume
    id = await create(docker, request, command, user, folders, shared).catch((second: unknown) => {
      throw second instanceof UnseenMountError ? unseenMounts(second) : second
    })
  }
  try {
    await fillAll(docker, request, id, user, folders)
    return { id, command, user, folders, shared }
  } catch (error) {
    if (error instanceof UnusableMethodError) await removeContainer(docker, id)
    throw error
  }
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
  await docker.call(['rm', '--force', '--volumes', probe])
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
  command: Command,
  user: TaskUser,
  folders: FolderTransport,
  shared: SharedFolders | null,
): Promise<string> {
  const { spec, workspace, env } = request
  await folders.prepare()
  const own = await resolveMounts(spec.mounts, {
    workspace: request.runnerPath,
    endpoint: engineEndpoint,
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
  const environment = transport(environmentOf(request.identity, workspace.path, env, spec.env))
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
    mounts: [...mountOf(workspace), ...folders.mounts, ...mounted],
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

function transport(environment: Readonly<Record<string, string>>) {
  try {
    return transportEnvironment(environment)
  } catch (error) {
    throw new TaskError(
      'ACODE-CTN-006',
      `The task’s env cannot be passed: ${sentence(messageOf(error))} Pass it as a file or under another name.`,
    )
  }
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

/** The task's user in numbers. A helper shows the image's users where numbers are not what is asked for. */
async function findUser(docker: Docker, request: TaskContainerRequest): Promise<TaskUser> {
  const { spec, image, runner } = request
  const wanted = wantedUser(spec, image.user, runner.inside)
  if (!needsLook(wanted)) return resolveUser(wanted, { passwd: '', group: '' }, spec, runner.inside)
  const helper = await createHelper(docker, helperOf(request))
  try {
    return resolveUser(wanted, await readUserFiles(docker, helper), spec, runner.inside)
  } finally {
    await docker.call(['rm', '--force', helper])
  }
}

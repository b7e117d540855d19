import { join } from 'node:path'
import { type LabelFacts, labelsOf, sharedLabel } from '../ownership/labels.ts'
import { type SharedFolders, sharingOf } from '../ownership/restore.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { ContainerPlan } from './arguments.ts'
import { commandOf, environmentScript, withEnvironment } from './command.ts'
import { environmentOf, transportEnvironment } from './environment.ts'
import type { TaskFacts } from './facts/gather-facts.ts'
import { cacheVariables } from './mounts/cache-folders.ts'
import { CONTROL, controlEntries, type Mounted, mountPoints } from './mounts/control.ts'
import { bindMounts, canBind, type FreshFolder, volumeMounts } from './mounts/folders.ts'
import type { Mount } from './mounts/mount.ts'
import { sharedFolders } from './mounts/shared-folders.ts'
import { parseOptions } from './options/options.ts'
import type { Account } from './user/account.ts'
import { accountMounts } from './user/account-files.ts'
import { foldersBetween, workdirOf } from './workdir.ts'

/** A task's container as it is to be made. */
export interface TaskPlan {
  /** What the engine is asked for. */
  readonly container: ContainerPlan
  /** How the fresh folders get into it: as folders of the runner, or as volumes. */
  readonly foldersBy: 'bind' | 'volume'
  readonly folders: readonly FreshFolder[]
  /** Who the task's user is by name; `accountBy` is how the container learns it. */
  readonly account: Account
  readonly accountBy: 'bind' | 'copy'
  readonly workspace: Workspace
  /** What of the runner's the task may write to; null when nothing. */
  readonly shared: SharedFolders | null
  readonly owner: LabelFacts['owner']
}

/** Plans in the order in which to try them. */
export type Plans = readonly [TaskPlan, ...TaskPlan[]]

/**
 * The plans of a task's container. Control folder, account and empty workspace are
 * bound from the runner where that is safe and the engine sees them, which shows at creation: the second plan is for
 * an engine that does not, where the workspace can do without it.
 * @throws TaskError when the command or an option is none
 */
export function plansOf(facts: TaskFacts): Plans {
  const { runner, spec, user, account, workspace } = facts
  const enginePrivate = facts.translate(facts.privateFolder)
  const unbound = planOf(facts, null, null)
  if (enginePrivate === null || facts.isRemapped) return [unbound]
  const folders = canBind(user, runner, spec.profile) ? enginePrivate : null
  const first = planOf(facts, folders, enginePrivate)
  const isSeenAnyway = workspace.method === 'overlay' || workspace.method === 'bind'
  const bindsNothing = folders === null && account.files.length === 0
  return isSeenAnyway || bindsNothing ? [first] : [first, unbound]
}

/**
 * @param foldersIn the folder of the runner from which fresh folders are bound, as the engine names it; null: volumes
 * @param accountIn likewise for the files of the account; null: they are copied
 */
function planOf(facts: TaskFacts, foldersIn: string | null, accountIn: string | null): TaskPlan {
  const { spec, workspace, identity, image, user, account } = facts
  const workdir = workdirOf(spec.workdir, workspace.path)
  const { variables, ofCli } = facts.proxies
  const given = { ...variables, ...cacheVariables(facts.cacheFolders), ...spec.env }
  const environment = transportEnvironment(
    environmentOf(identity, workspace.path, facts.env, given, { name: account.name, home: facts.home }),
    ofCli,
  )
  const script = environmentScript(environment.inTask) + (image.prelude ?? '')
  const plain = commandOf(spec, image)
  const command = script === '' ? plain : withEnvironment(plain, image)
  const control = controlEntries(command, facts.secrets, {
    environment: script,
    event: facts.event,
    below: mountPoints(facts.mounted.map(mountedAs)),
  })
  const folders = [{ target: CONTROL, entries: control }, ...emptyWorkspace(workspace, workdir)]
  const shared = sharedFolders(spec, workspace, user, facts.runner, {
    runnerPath: facts.paths.workspace,
    temp: facts.paths.temp,
    now: facts.askedAt,
  })
  const container: ContainerPlan = {
    name: identity.container,
    image: { id: image.id, reference: image.reference },
    command,
    labels: { ...labelsOf(facts.labels, spec.labels), ...sharedLabel(shared && sharingOf(shared)) },
    user,
    environment,
    environmentFile: environment.file === '' ? null : join(facts.privateFolder, 'environment'),
    mounts: [
      ...workspaceMounts(facts),
      ...(foldersIn === null ? volumeMounts(folders) : bindMounts(foldersIn, folders)),
      ...(accountIn === null ? [] : accountMounts(accountIn, account)),
      ...facts.mounted,
    ],
    caches: facts.caches,
    network: facts.network,
    workdir,
    options: parseOptions(spec.options, spec),
    spec,
  }
  return {
    ...{ container, folders, account, workspace, shared, owner: facts.labels.owner },
    foldersBy: foldersIn === null ? 'volume' : 'bind',
    accountBy: accountIn === null ? 'copy' : 'bind',
  }
}

const mountedAs = (mount: Mount): Mounted => ({
  target: mount.target,
  isFile: mount.type === 'bind' && mount.isFile === true,
})

/** The fresh folder of a task that works on nothing; its working directory is in it. */
function emptyWorkspace({ kind, path }: Workspace, workdir: string): FreshFolder[] {
  if (kind !== 'empty') return []
  return [
    { target: path, entries: foldersBetween(path, workdir).map((one) => ({ path: one, kind: 'folder' })) },
  ]
}

/** A volume of the workspace's goes with its container. Where only that is removed, its labels say whose it is. */
function workspaceMounts({ workspace: { path }, mount, labels }: TaskFacts): Mount[] {
  if (mount === null) return []
  if ('folder' in mount) return [{ type: 'bind', source: mount.folder, target: path }]
  const own = { labels: labelsOf(labels, {}), options: mount.options }
  return [{ type: 'volume', name: null, target: path, noCopy: true, ...own }]
}

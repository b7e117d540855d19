import { type ContainerPlan, createArguments } from '../container/arguments.ts'
import { summarizeCommand } from '../container/command.ts'
import type { FolderTransport } from '../container/folders.ts'
import { limitsOf, unlimitedWarning } from '../container/limits.ts'
import type { Network } from '../container/network.ts'
import { makeTaskContainer, type TaskContainer } from '../container/task-container.ts'
import { shellLine } from '../engine/observer.ts'
import { ownPlace, type PathTranslation } from '../engine/own-container.ts'
import { type EngineMode, isRootless } from '../engine/rootless.ts'
import { messageOf, TaskError } from '../errors.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import type { Image } from '../image/image.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import { type Context, throwIfCancelled } from './context.ts'
import { findNetwork } from './find-network.ts'
import { type Candidate, workspaceCandidates } from './find-workspace.ts'
import { labelFacts } from './label-facts.ts'

/** A container that is ready to start, with the workspace that it has. */
export interface Prepared {
  readonly container: TaskContainer
  readonly workspace: Workspace
}

/** The task's container with its workspace, and its network, which is made beside the workspace. */
export async function create(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  mode: EngineMode,
): Promise<Prepared> {
  const unlimited = unlimitedWarning(spec.resources, mode)
  if (unlimited !== null) runner.warning(unlimited, 'No limits')
  const { recorder } = context.run
  const { container: ownContainer, translate } = await ownPlace(context.docker)
  context.ownContainer = ownContainer
  const candidates = await recorder.phase('workspace', () =>
    workspaceCandidates(context, spec, translate, mode.runner),
  )
  const network = findNetwork(context, spec)
  // Waited for in any case, or it would come into being after everything was removed.
  const networkSettled = network.then(nothing, nothing)
  try {
    return await firstUsable(context, spec, candidates, async (workspace) =>
      createWith(context, spec, image, workspace, await network, translate, mode),
    )
  } finally {
    await networkSettled
  }
}

const nothing = () => undefined

/** Of the workspaces that come into question the first that works with this engine, with the reason in log and record. */
async function firstUsable(
  context: Context,
  spec: ContainerSpec,
  candidates: readonly Candidate[],
  createIn: (workspace: Workspace) => Promise<TaskContainer>,
): Promise<Prepared> {
  const { recorder } = context.run
  const whyNot: string[] = []
  for (const candidate of candidates) {
    throwIfCancelled(context)
    try {
      const workspace = await recorder.phase('workspace', () => candidate(whyNot))
      context.workspace = workspace
      const container = await recorder.phase('create', () => createIn(workspace))
      return { container, workspace }
    } catch (error) {
      if (!(error instanceof UnusableMethodError)) throw error
      whyNot.push(error.message)
      // That its rest could not be removed is not why the task fails.
      await context.workspace?.dispose().catch((failure: unknown) => {
        recorder.record.cleanup.failed.push(messageOf(failure))
      })
    }
  }
  throw new TaskError(
    'ACODE-CTN-010',
    `The workspace could not be isolated (workspace: ${spec.workspace}): ${whyNot.join('; ')}. ${ADVICE[spec.workspace]}`,
  )
}

const SHARE = 'workspace: bind shares the runner’s folder.'
const AUTO_OR_SHARE = `Use workspace: auto; ${SHARE}`
/** What is left to try where a method failed. */
const ADVICE: Readonly<Record<ContainerSpec['workspace'], string>> = {
  auto: `Correct what is named, or ${SHARE}`,
  overlay: AUTO_OR_SHARE,
  clone: AUTO_OR_SHARE,
  copy: AUTO_OR_SHARE,
  bind: 'Use workspace: auto.',
  none: 'Correct what is named.',
}

async function createWith(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  workspace: Workspace,
  network: Network,
  translate: PathTranslation,
  mode: EngineMode,
): Promise<TaskContainer> {
  const { docker, run, env } = context
  const { method, reason, path } = workspace
  run.recorder.record.workspace = { method, reason, path, changedFiles: null, deletedFiles: null }
  const container = await makeTaskContainer(docker, {
    identity: run.identity,
    spec,
    secrets: run.inputs.secrets ?? {},
    image,
    workspace,
    network,
    runnerPath: env.GITHUB_WORKSPACE ?? process.cwd(),
    labels: labelFacts(context, spec),
    repository: { server: env.GITHUB_SERVER_URL ?? '', name: env.GITHUB_REPOSITORY ?? '' },
    env,
    runner: mode.runner,
    privateFolder: run.folder.private,
    translate,
    onPlan: (plan, folders) => tell(context, spec, image, workspace, plan, folders, mode),
  })
  run.recorder.record.container.id = container.id
  return container
}

function tell(
  { run }: Context,
  spec: ContainerSpec,
  image: Image,
  workspace: Workspace,
  plan: ContainerPlan,
  folders: FolderTransport['kind'],
  mode: EngineMode,
): void {
  const { record } = run.recorder
  record.commandSummary = summarizeCommand(plan.command, run.recorder.redaction)
  record.container.user = nameOfUser(spec, image, plan)
  record.container.profile = spec.profile
  record.container.network = plan.network.name
  record.caches = [...plan.caches]
  record.container.limits = limitsOf(spec.resources, mode)
  runner.group(`${run.identity.container} from ${image.reference}`, [
    `image      ${image.digest ?? image.id} (${image.platform}, ${formatBytes(image.bytes)})`,
    `workspace  ${workspace.method} (${workspace.reason}) at ${workspace.path}`,
    `network    ${plan.network.name}${plan.network.hidesMetadata ? ', the metadata address hidden' : ''}`,
    `user       ${record.container.user}${isRootless(mode.runner) ? ' of a rootless engine' : ''}, profile ${spec.profile}, control folder by ${folders}`,
    ...plan.caches.map(({ name, volume, target }) => `cache      ${name} at ${target} (volume ${volume})`),
    `timeout    ${formatSeconds(spec.timeoutSeconds)}`,
  ])
  if (runner.isDebug())
    runner.debug(`The container is created by: ${shellLine(['docker', 'create', ...createArguments(plan)])}`)
}

/** The user as the task or its image names it, which says more than its numbers. */
function nameOfUser({ user }: ContainerSpec, image: Image, plan: ContainerPlan): string {
  if (user === 'runner') return plan.user.option
  return user === 'image' ? image.user || 'root' : user
}

import { type ContainerPlan, createArguments } from '../container/arguments.ts'
import { summarizeCommand } from '../container/command.ts'
import type { FolderTransport } from '../container/folders.ts'
import { limitsOf, unlimitedWarning } from '../container/limits.ts'
import { redactText } from '../container/redact.ts'
import { makeTaskContainer, type TaskContainer } from '../container/task-container.ts'
import { shellLine } from '../engine/observer.ts'
import { ownPlace, type PathTranslation } from '../engine/own-container.ts'
import { type EngineMode, isRootless } from '../engine/rootless.ts'
import * as runner from '../engine/runner.ts'
import { TaskError } from '../errors.ts'
import type { Image } from '../image/image.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { formatBytes, formatSeconds } from '../task/units.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import { type Context, throwIfCancelled } from './context.ts'
import { workspaceCandidates } from './find-workspace.ts'
import { labelFacts } from './label-facts.ts'

/** A container that is ready to start, with the workspace that it has. */
export interface Prepared {
  readonly container: TaskContainer
  readonly workspace: Workspace
}

/**
 * The task's container and its workspace: of the methods that come into question the first that works with this
 * engine, with the reason in log and record.
 */
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
  const whyNot: string[] = []
  for (const candidate of candidates) {
    throwIfCancelled(context)
    try {
      const workspace = await recorder.phase('workspace', () => candidate(whyNot))
      context.workspace = workspace
      const container = await recorder.phase('create', () =>
        createWith(context, spec, image, workspace, translate, mode),
      )
      return { container, workspace }
    } catch (error) {
      if (!(error instanceof UnusableMethodError)) throw error
      whyNot.push(error.message)
      await context.workspace?.dispose()
    }
  }
  throw new TaskError(
    'ACODE-CTN-010',
    `The workspace could not be isolated (workspace: ${spec.workspace}): ${whyNot.join('; ')}. Use workspace: auto or copy, or bind to share the runner's folder.`,
  )
}

async function createWith(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  workspace: Workspace,
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
    runnerPath: env.GITHUB_WORKSPACE ?? process.cwd(),
    labels: labelFacts(context, spec),
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
  const secrets = Object.values(run.inputs.secrets ?? {})
  record.commandSummary = summarizeCommand(plan.command, secrets)
  record.container.user = nameOfUser(spec, image, plan)
  record.container.profile = spec.profile
  record.container.network = spec.network
  record.container.limits = limitsOf(spec.resources, mode)
  runner.group(`${run.identity.container} from ${image.reference}`, [
    `image      ${image.digest ?? image.id} (${image.platform}, ${formatBytes(image.bytes)})`,
    `workspace  ${workspace.method} (${workspace.reason}) at ${workspace.path}`,
    `user       ${record.container.user}${isRootless(mode.runner) ? ' of a rootless engine' : ''}, profile ${spec.profile}, control folder by ${folders}`,
    `timeout    ${formatSeconds(spec.timeoutSeconds)}`,
    // Struck out before it is quoted: the runner does not know a secret that quotation marks have changed.
    shellLine(createArguments(plan).map((argument) => redactText(argument, secrets))),
  ])
}

/** The user as the task or its image names it, which says more than its numbers. */
function nameOfUser({ user }: ContainerSpec, image: Image, plan: ContainerPlan): string {
  if (user === 'runner') return plan.user.option
  return user === 'image' ? image.user || 'root' : user
}

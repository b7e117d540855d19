import { type ContainerPlan, createArguments } from '../container/arguments.ts'
import { summarizeCommand } from '../container/command.ts'
import type { FolderTransport } from '../container/folders.ts'
import type { LabelFacts } from '../container/labels.ts'
import { redactText } from '../container/redact.ts'
import { makeTaskContainer, type TaskContainer } from '../container/task-container.ts'
import { shellLine } from '../engine/observer.ts'
import * as runner from '../engine/runner.ts'
import type { Image } from '../image/image.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { formatBytes, formatSeconds } from '../task/units.ts'
import { VERSION } from '../version.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { type Context, throwIfCancelled } from './context.ts'

/** The task's container, ready to start, with what it is made from in log and record. */
export async function create(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  workspace: Workspace,
): Promise<TaskContainer> {
  const { docker, run, env } = context
  throwIfCancelled(context)
  const container = await makeTaskContainer(docker, {
    identity: run.identity,
    spec,
    secrets: run.inputs.secrets ?? {},
    image,
    workspace,
    labels: labelFacts(context, spec),
    env,
    runner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    privateFolder: run.folder.private,
    onPlan: (plan, folders) => tell(context, spec, image, workspace, plan, folders),
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
): void {
  const { record } = run.recorder
  const { cpus, memory, pids } = spec.resources
  const secrets = Object.values(run.inputs.secrets ?? {})
  record.commandSummary = summarizeCommand(plan.command, secrets)
  record.container.user = plan.user.option ?? (image.user || 'root')
  record.container.profile = spec.profile
  record.container.network = spec.network
  record.container.limits = { cpus: cpus ?? null, memoryBytes: memory ?? null, pids }
  runner.group(`${run.identity.container} from ${image.reference}`, [
    `image      ${image.digest ?? image.id} (${image.platform}, ${formatBytes(image.bytes)})`,
    `workspace  ${workspace.method} (${workspace.reason}) at ${workspace.path}`,
    `user       ${record.container.user}, profile ${spec.profile}, control folder by ${folders}`,
    `timeout    ${formatSeconds(spec.timeoutSeconds)}`,
    // Struck out before it is quoted: the runner does not know a secret that quotation marks have changed.
    shellLine(createArguments(plan).map((argument) => redactText(argument, secrets))),
  ])
}

/** Time that engine and post step may take beyond the task's own before others may call its container an orphan. */
const DEADLINE_MARGIN_SECONDS = 600

function labelFacts({ run, env }: Context, spec: ContainerSpec): LabelFacts {
  const seconds = spec.timeoutSeconds + spec.stopGraceSeconds + DEADLINE_MARGIN_SECONDS
  return {
    session: run.identity.session,
    task: run.identity.task,
    repository: env.GITHUB_REPOSITORY ?? '',
    job: env.GITHUB_JOB ?? '',
    runner: env.RUNNER_NAME ?? '',
    version: VERSION,
    owner: run.owner,
    deadline: Math.ceil(Date.now() / 1000 + seconds),
  }
}

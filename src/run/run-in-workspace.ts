import { join } from 'node:path'
import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { headOf } from '../workspace/repository.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import { awaitTurn } from './await-turn.ts'
import { reportEgress } from './beside/report-egress.ts'
import { type Candidate, workspaceCandidates } from './choose-workspace.ts'
import { ownShared } from './collect/restore.ts'
import { type Context, throwIfCancelled } from './context/context.ts'
import type { Prepared, Ran, TaskGround } from './context/prepared.ts'
import type { Owned } from './context/scope.ts'
import { execute } from './execute.ts'
import { prepareContainer, warnOfEngine } from './prepare.ts'
import { discard } from './release.ts'
import { FoundReport } from './report-found.ts'
import type { Tally } from './tries.ts'

/**
 * Runs the task in a container with a workspace: the first that works with this engine, with the reason in log and
 * record. Whether the engine can mount one shows at the container's start.
 */
export async function runInWorkspace(context: Context, ground: TaskGround, tally: Tally): Promise<Ran> {
  warnOfEngine(ground)
  const { recorder } = context.run
  const candidates = await recorder.phase('workspace', () => workspaceCandidates(context, ground))
  const head = learnHead(context, ground.spec)
  head.catch(() => undefined) // thrown when the task is over
  return runInFirst(context, ground, candidates, tally).finally(() => head)
}

const HEAD_MS = 10_000

/** What the task's changes will be based on: the checkout's own HEAD, which need not be the commit of the event. */
async function learnHead({ run }: Context, { workspace, repositoryPath = '' }: ContainerSpec): Promise<void> {
  if (workspace === 'none') return
  const folder = join(run.paths.workspace, repositoryPath)
  run.recorder.learn({ head: await headOf(folder, run.folder.private, { timeoutMs: HEAD_MS }) })
}

/** Workspace, container, run: of the workspaces that come into question in the first that turns out usable. */
async function runInFirst(
  context: Context,
  ground: TaskGround,
  candidates: readonly Candidate[],
  tally: Tally,
): Promise<Ran> {
  const { run, scope } = context
  const report = new FoundReport()
  const otherReasons: string[] = []
  for (const candidate of candidates) {
    throwIfCancelled(context)
    const tried: Owned[] = []
    try {
      const workspace = await run.recorder.phase('workspace', () => candidate(otherReasons))
      scope.startLayer()
      tried.push(scope.own(() => workspace.dispose()))
      const prepared = await makeIn(context, ground, workspace, report)
      tried.push(prepared.owned)
      return await runPrepared(context, ground, prepared, tally)
    } catch (error) {
      if (!isUnusable(error)) throw error
      otherReasons.push(error.message)
      await discard(context, tried)
    }
  }
  throw noneUsable(ground.spec, otherReasons)
}

/** Of a container whose workspace turns out unusable nothing is left. */
const isUnusable = (error: unknown): error is UnusableMethodError => error instanceof UnusableMethodError

/** Makes the container, and reports what is found in the workspace meanwhile. */
async function makeIn(
  context: Context,
  ground: TaskGround,
  workspace: Workspace,
  report: FoundReport,
): Promise<Prepared> {
  const { run, scope } = context
  const making = run.recorder.phase('create', () =>
    scope.making(() => prepareContainer(context, ground, workspace), isUnusable),
  )
  const [prepared] = await Promise.all([making, report.credentials(workspace)])
  report.unread(workspace)
  return prepared
}

/** Runs the container to its end, once it is its turn and its services are ready. */
async function runPrepared(
  context: Context,
  { spec, services, network }: TaskGround,
  prepared: Prepared,
  tally: Tally,
): Promise<Ran> {
  const { recorder } = context.run
  const asked = performance.now()
  await awaitTurn(context, spec, prepared.container)
  await services?.ready(prepared.container)
  tally.hasWaited(performance.now() - asked)
  const shared = ownShared(context, prepared.container)
  const status = await recorder
    .phase('run', () => recorder.learnFrom(execute(context, spec, prepared, services)))
    .finally(async () => recorder.learn(reportEgress(spec, await network.made)))
  return { ...prepared, shared, status }
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

const noneUsable = ({ workspace }: ContainerSpec, reasons: readonly string[]): TaskError =>
  new TaskError(
    'ACODE-CTN-010',
    `The workspace could not be isolated (workspace: ${workspace}): ${reasons.join('; ')}. ${ADVICE[workspace]}`,
  )

import { UnseenMountError } from '../container/create-container.ts'
import { gatherFacts, type TaskFacts, type TaskRequest } from '../container/gather-facts.ts'
import { unlimitedWarning } from '../container/limits.ts'
import { makeContainer, type TaskContainer, unseenError } from '../container/make-container.ts'
import { type Plans, plansOf } from '../container/plan-container.ts'
import { messageOf, TaskError } from '../errors.ts'
import * as runner from '../github/runner.ts'
import type { Image } from '../image/image.ts'
import { removeContainer } from '../ownership/remove.ts'
import { SharedNotes } from '../ownership/shared-notes.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import type { EngineFacts } from './ask-engine.ts'
import { chooseNetwork } from './choose-network.ts'
import { type Candidate, workspaceCandidates } from './choose-workspace.ts'
import { type Context, throwIfCancelled } from './context.ts'
import { labelRun } from './label-run.ts'
import { logPlan, planFacts } from './log-plan.ts'

/** A container that is ready to start, with the workspace that it has. */
export interface Prepared {
  readonly container: TaskContainer
  readonly workspace: Workspace
}

/** What the container is made from, but for its workspace. */
type Parts = Omit<TaskRequest, 'workspace' | 'network'>

/** Makes the task's container with its workspace, and its network, which is made at the same time as the workspace. */
export async function prepare(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  engine: EngineFacts,
): Promise<Prepared> {
  const unlimited = unlimitedWarning(spec.resources, engine)
  if (unlimited !== null) runner.warning(unlimited, 'No limits')
  const { scope, run } = context
  const labels = labelRun(run, spec, engine.container)
  scope.startLayer()
  return scope.making(async () => {
    const candidates = await run.recorder.phase('workspace', () =>
      workspaceCandidates(context, spec, engine, labels),
    )
    const network = chooseNetwork(context, spec, labels)
    // Waited for in any case, or it would come into being after everything was removed.
    const networkEnded = network.then(nothing, nothing)
    try {
      const parts = { ...partsOf(context, spec), image, labels, ...engine }
      return await firstUsable(context, spec, candidates, async (workspace) =>
        makePlanned(context, { ...parts, workspace, network: await network }, engine),
      )
    } finally {
      await networkEnded
    }
  })
}

const nothing = () => undefined

function partsOf(
  { run }: Context,
  spec: ContainerSpec,
): Omit<Parts, 'image' | 'labels' | 'runner' | 'translate'> {
  const { env, identity, inputs, paths, folder } = run
  return {
    ...{ identity, spec, env, paths },
    secrets: inputs.secrets ?? {},
    repository: { server: env.GITHUB_SERVER_URL ?? '', name: env.GITHUB_REPOSITORY ?? '' },
    privateFolder: folder.private,
  }
}

/** Of the workspaces that come into question the first that works with this engine, with the reason in log and record. */
async function firstUsable(
  context: Context,
  spec: ContainerSpec,
  candidates: readonly Candidate[],
  makeIn: (workspace: Workspace) => Promise<TaskContainer>,
): Promise<Prepared> {
  const { scope, run } = context
  const { recorder } = run
  const whyNotOthers: string[] = []
  for (const candidate of candidates) {
    throwIfCancelled(context)
    try {
      const workspace = await recorder.phase('workspace', () => candidate(whyNotOthers))
      const owned = scope.own(() => workspace.dispose())
      try {
        const container = await recorder.phase('create', () => makeIn(workspace))
        return { container, workspace }
      } catch (error) {
        // That its rest could not be removed is not why the task fails.
        if (error instanceof UnusableMethodError)
          await owned.release().catch((failure: unknown) => {
            recorder.learn({ cleanup: { failed: [messageOf(failure)] } })
          })
        throw error
      }
    } catch (error) {
      if (!(error instanceof UnusableMethodError)) throw error
      whyNotOthers.push(error.message)
    }
  }
  throw new TaskError(
    'ACODE-CTN-010',
    `The workspace could not be isolated (workspace: ${spec.workspace}): ${whyNotOthers.join('; ')}. ${ADVICE[spec.workspace]}`,
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

/**
 * Plans the container and makes it by the first plan whose mounts the engine sees.
 * @throws UnusableMethodError where another workspace may work
 */
async function makePlanned(
  context: Context,
  request: TaskRequest,
  engine: EngineFacts,
): Promise<TaskContainer> {
  const { docker, run } = context
  run.recorder.learn({ workspace: request.workspace })
  const facts = await gatherFacts(docker, request)
  return makeByFirst(context, facts, engine, plansOf(facts))
}

async function makeByFirst(
  context: Context,
  facts: TaskFacts,
  engine: EngineFacts,
  [plan, ...others]: Plans,
): Promise<TaskContainer> {
  const { docker, run } = context
  const planned = planFacts(plan, facts, engine, run.recorder.redaction)
  run.recorder.learn({ plan: planned })
  logPlan(plan, facts, planned)
  try {
    const container = await makeContainer(docker, facts, plan)
    ownContainer(context, container)
    return container
  } catch (error) {
    if (!(error instanceof UnseenMountError)) throw error
    const [next, ...rest] = others
    if (next === undefined) throw unseenError(facts.workspace, error)
    return makeByFirst(context, facts, engine, [next, ...rest])
  }
}

/** The container is released before what it mounts, and with the note of what it shares with the runner. */
function ownContainer({ docker, run, scope }: Context, { id, name }: TaskContainer): void {
  run.recorder.learn({ containerId: id })
  scope.startLayer()
  scope.own(async () => {
    await removeContainer(docker, id, name)
    run.recorder.learn({ cleanup: { removed: [name] } })
    await new SharedNotes(run.env).drop({ name, owner: run.owner })
  })
}

import { join } from 'node:path'
import { gatherFacts, type TaskFacts } from '../container/facts/gather-facts.ts'
import type { TaskRequest } from '../container/facts/request.ts'
import { UnseenMountError } from '../container/life/create-container.ts'
import { makeContainer, type TaskContainer, unseenError } from '../container/life/make-container.ts'
import {
  CACHE_WAYS,
  type CacheFolders,
  type CacheWay,
  UnusableCacheError,
} from '../container/mounts/cache-folders.ts'
import { remappedWarning } from '../container/mounts/mount-sources.ts'
import { unlimitedWarning } from '../container/options/limits.ts'
import { type Plans, plansOf } from '../container/plan-container.ts'
import { isNotFound } from '../engine/errors.ts'
import { messageOf, TaskError } from '../errors.ts'
import * as runner from '../github/runner.ts'
import type { Image } from '../image/image.ts'
import type { LabelFacts } from '../ownership/labels.ts'
import { removeContainer } from '../ownership/remove.ts'
import { SharedNotes } from '../ownership/shared-notes.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { headOf } from '../workspace/repository.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import type { NetworkChoice } from './beside/choose-network.ts'
import { type Candidate, workspaceCandidates } from './choose-workspace.ts'
import type { KnownEngine } from './context/ask-engine.ts'
import { type Context, throwIfCancelled } from './context/context.ts'
import type { Prepared } from './context/prepared.ts'
import type { Owned } from './context/scope.ts'
import { logPlan, planFacts } from './log-plan.ts'
import { FoundReport } from './report-found.ts'

/** What the container is made from, but for its workspace. */
type Parts = Omit<TaskRequest, 'workspace'>

/** Makes the task's container with its workspace, and lets it run: whether the engine can mount that shows at the start. */
export async function prepareAndRun(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  engine: KnownEngine,
  labels: LabelFacts,
  network: NetworkChoice,
  caches: CacheFolders,
  run: (prepared: Prepared) => Promise<void>,
): Promise<Prepared> {
  const unlimited = unlimitedWarning(spec.resources, engine)
  if (unlimited !== null) runner.warning(unlimited, 'No limits')
  const remapped = remappedWarning(spec, engine)
  if (remapped !== null) runner.warning(remapped, 'Mounts')
  const candidates = await context.run.recorder.phase('workspace', () =>
    workspaceCandidates(context, spec, engine, image, labels),
  )
  const head = learnHead(context, spec)
  head.catch(() => undefined) // thrown when the task is over
  const parts = { ...partsOf(context, spec), image, labels, caches, ...engine }
  const makeIn = (workspace: Workspace) => makePlanned(context, { ...parts, workspace }, network, engine)
  return firstUsable(context, spec, candidates, makeIn, run).finally(() => head)
}

const HEAD_MS = 10_000

/** What the task's changes will be based on: the checkout's own HEAD, which need not be the commit of the event. */
async function learnHead({ run }: Context, { workspace, repositoryPath = '' }: ContainerSpec): Promise<void> {
  if (workspace === 'none') return
  const folder = join(run.paths.workspace, repositoryPath)
  run.recorder.learn({ head: await headOf(folder, run.folder.private, { timeoutMs: HEAD_MS }) })
}

function partsOf(
  { run }: Context,
  spec: ContainerSpec,
): Omit<Parts, 'image' | 'labels' | 'caches' | 'runner' | 'translate' | 'isCertain' | 'isRemapped'> {
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
  makeIn: (workspace: Workspace) => Promise<Made>,
  execute: (prepared: Prepared) => Promise<void>,
): Promise<Prepared> {
  const { recorder } = context.run
  const whyNotOthers: string[] = []
  const report = new FoundReport()
  for (const candidate of candidates) {
    throwIfCancelled(context)
    const tried: Owned[] = []
    try {
      const workspace = await recorder.phase('workspace', () => candidate(whyNotOthers))
      context.scope.startLayer()
      tried.push(context.scope.own(() => workspace.dispose()))
      const making = recorder.phase('create', () => context.scope.making(() => makeIn(workspace), isUnusable))
      const reported = making.finally(() => report.unread(workspace))
      const [made] = await Promise.all([reported, report.credentials(workspace)])
      tried.push(made.owned)
      const prepared = { ...made, workspace }
      await execute(prepared)
      return prepared
    } catch (error) {
      if (!isUnusable(error)) throw error
      whyNotOthers.push(error.message)
      await discard(context, tried)
    }
  }
  throw new TaskError(
    'ACODE-CTN-010',
    `The workspace could not be isolated (workspace: ${spec.workspace}): ${whyNotOthers.join('; ')}. ${ADVICE[spec.workspace]}`,
  )
}

/** A container that the run has to remove. */
interface Made {
  readonly container: TaskContainer
  readonly owned: Owned
}

/** Of a container whose workspace turns out unusable nothing is left. */
const isUnusable = (error: unknown): error is UnusableMethodError => error instanceof UnusableMethodError

/** Releases what was tried, last made first. That it could not be removed is not why the task fails. */
async function discard({ run }: Context, tried: readonly Owned[]): Promise<void> {
  for (const owned of tried.toReversed())
    await owned.release().catch((failure: unknown) => {
      run.recorder.learn({ cleanup: { failed: [messageOf(failure)] } })
    })
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
 * @throws UnusableMethodError when another workspace may work
 */
async function makePlanned(
  context: Context,
  request: TaskRequest,
  choice: NetworkChoice,
  engine: KnownEngine,
): Promise<Made> {
  const { docker, run } = context
  run.recorder.learn({ workspace: request.workspace })
  const makeOn = (facts: TaskFacts) => makeByFirst(context, facts, engine, plansOf(facts))
  return makeWithCaches(async (way) => {
    const asked = await gatherFacts(docker, request, way)
    // The network is made meanwhile: most engines look for it at the container's start.
    const planned = { ...asked, ...(await choice.planned) }
    const made = await makeOn(planned).catch(nullWithoutNetwork)
    const { network, proxies } = await choice.made
    if (made !== null && network.name === planned.network.name) return made
    if (made !== null) {
      await removeContainer(docker, made.container.id)
      made.owned.forget()
    }
    return makeOn({ ...asked, network, proxies })
  }, waysFor(engine))
}

/** Null of an engine that looks for a container's network at once, such as Podman: it is asked again when that is there. */
function nullWithoutNetwork(error: unknown): null {
  if (error instanceof TaskError && isNotFound(error.cause)) return null
  throw error
}

/** An engine that makes an empty volume in the place of an overlay is not to be tried. */
const waysFor = ({ takesVolumeOptions }: KnownEngine): readonly CacheWay[] =>
  takesVolumeOptions ? CACHE_WAYS : CACHE_WAYS.filter((way) => way !== 'overlay')

/** Makes a container with its caches in the first way that its engine takes; a task is worth more than a cache. */
async function makeWithCaches(
  make: (way: CacheWay) => Promise<Made>,
  [way = 'empty', ...others]: readonly CacheWay[],
): Promise<Made> {
  try {
    return await make(way)
  } catch (error) {
    const [next] = others
    if (!(error instanceof UnusableCacheError) || next === undefined) throw error
    runner.info(`Caches by ${way} cannot be used, ${WAY_AFTER[next]}: ${error.message}`)
    return makeWithCaches(make, others)
  }
}

const WAY_AFTER: Readonly<Record<CacheWay, string>> = {
  overlay: 'they are mounted',
  copy: 'they are copied',
  empty: 'they begin empty',
}

async function makeByFirst(
  context: Context,
  facts: TaskFacts,
  engine: KnownEngine,
  [plan, ...others]: Plans,
): Promise<Made> {
  const { docker, run } = context
  const planned = planFacts(plan, facts, engine, run.recorder.redaction)
  run.recorder.learn({ plan: planned })
  logPlan(plan, facts, planned, engine.topology)
  try {
    const container = await makeContainer(docker, facts, plan)
    return { container, owned: ownContainer(context, container) }
  } catch (error) {
    if (!(error instanceof UnseenMountError)) throw error
    const [next, ...rest] = others
    if (next === undefined) throw unseenError(facts.workspace, error)
    return makeByFirst(context, facts, engine, [next, ...rest])
  }
}

/** The container is released before what it mounts, and with the note of what it shares with the runner. */
function ownContainer({ docker, run, scope }: Context, { id, name }: TaskContainer): Owned {
  run.recorder.learn({ containerId: id })
  scope.startLayer()
  return scope.own(async () => {
    await removeContainer(docker, id, name)
    run.recorder.learn({ cleanup: { removed: [name] } })
    await new SharedNotes(run.env).drop({ name, owner: run.owner })
  })
}

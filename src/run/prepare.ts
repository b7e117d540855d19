import { cacheRepository } from '../cache/repository.ts'
import { gatherFacts, type TaskFacts } from '../container/facts/gather-facts.ts'
import type { TaskRequest } from '../container/facts/request.ts'
import { UnseenMountError } from '../container/life/create-container.ts'
import { makeContainer, type TaskContainer, unseenError } from '../container/life/make-container.ts'
import { CACHE_WAYS, type CacheWay, UnusableCacheError } from '../container/mounts/cache-folders.ts'
import { remappedWarning } from '../container/mounts/mount-sources.ts'
import { unlimitedWarning } from '../container/options/recorded-limits.ts'
import { type Plans, plansOf } from '../container/plan-container.ts'
import { isNotFound } from '../engine/errors.ts'
import { TaskError } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { removeContainer } from '../ownership/remove.ts'
import { SharedNotes } from '../ownership/shared-notes.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { KnownEngine } from './context/ask-engine.ts'
import type { Context } from './context/context.ts'
import type { Run } from './context/open-run.ts'
import type { Prepared, TaskGround } from './context/prepared.ts'
import type { Owned } from './context/scope.ts'
import { logPlan, planFacts } from './log-plan.ts'

/** Says what of a task's limits and mounts is otherwise on this engine. */
export function warnOfEngine({ spec, engine }: TaskGround): void {
  const unlimited = unlimitedWarning(spec.resources, engine)
  if (unlimited !== null) runner.warning(unlimited, 'No limits')
  const remapped = remappedWarning(spec, engine)
  if (remapped !== null) runner.warning(remapped, 'Mounts')
}

/**
 * Plans the container and makes it by the first plan whose mounts the engine sees, and its caches in the first way.
 * @throws UnusableMethodError when another workspace may work
 */
export async function prepareContainer(
  context: Context,
  ground: TaskGround,
  workspace: Workspace,
): Promise<Prepared> {
  const { docker, run } = context
  run.recorder.learn({ workspace })
  const request = requestOf(run, ground, workspace)
  const learnCaches = () => run.recorder.learn(ground.caches.facts())
  return makeWithCaches(async (way) => {
    const asked = await gatherFacts(docker, request, way).finally(learnCaches)
    return makeOnNetwork(context, ground, asked)
  }, waysFor(ground.engine))
}

function requestOf(
  { env, identity, inputs, paths, folder }: Run,
  { spec, image, labels, caches, engine }: TaskGround,
  workspace: Workspace,
): TaskRequest {
  return {
    ...{ identity, spec, image, workspace, labels, env, paths, caches: caches.folders, ...engine },
    secrets: inputs.secrets ?? {},
    repository: cacheRepository(env),
    privateFolder: folder.private,
  }
}

/** Makes a container while its network is made, and again where another network came to be than was planned. */
async function makeOnNetwork(
  context: Context,
  ground: TaskGround,
  asked: Omit<TaskFacts, 'network' | 'proxies'>,
): Promise<Prepared> {
  const makeOn = (facts: TaskFacts) => makeByFirst(context, facts, ground.engine, plansOf(facts))
  // Most engines look for a network at the container's start.
  const { planned: planning, made: making } = ground.network
  const planned = { ...asked, ...(await planning) }
  if (planning === making) return makeOn(planned)
  const made = await makeOn(planned).catch(nullWithoutNetwork)
  const { network, proxies } = await making
  if (made !== null && network.name === planned.network.name) return made
  if (made !== null) {
    await removeContainer(context.docker, made.container.id)
    made.owned.forget()
  }
  return makeOn({ ...asked, network, proxies })
}

/** Null when the error is of an engine that looks for a container's network at once, such as Podman: it is asked again when that is there. */
function nullWithoutNetwork(error: unknown): null {
  if (error instanceof TaskError && isNotFound(error.cause)) return null
  throw error
}

/** An engine that makes an empty volume in the place of an overlay is not to be tried. */
const waysFor = ({ takesVolumeOptions }: KnownEngine): readonly CacheWay[] =>
  takesVolumeOptions ? CACHE_WAYS : CACHE_WAYS.filter((way) => way !== 'overlay')

/** Makes a container with its caches in the first way that its engine takes; a task is worth more than a cache. */
async function makeWithCaches(
  make: (way: CacheWay) => Promise<Prepared>,
  [way = 'empty', ...others]: readonly CacheWay[],
): Promise<Prepared> {
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
): Promise<Prepared> {
  const { docker, run } = context
  const planned = planFacts(plan, facts, engine, run.recorder.redaction)
  run.recorder.learn({ plan: planned })
  logPlan(plan, facts, planned, engine.topology)
  try {
    const container = await makeContainer(docker, facts, plan)
    const { limits } = planned
    return { container, workspace: facts.workspace, limits, owned: ownContainer(context, container) }
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

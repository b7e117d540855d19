import { isDeepStrictEqual } from 'node:util'
import { BOUNDS, type Docker, EngineError } from '../engine/docker.ts'
import { exists, type ProcessIdentity, processIdentity, startTime } from '../engine/host.ts'
import { messageOf, TaskError } from '../errors.ts'
import { LABEL } from './labels.ts'
import { judge, type ManagedContainer, parseOwner, type Witness } from './orphans.ts'
import { parseShared, tryGiveBack } from './shared-folders.ts'

/** What a sweep did: names of containers and volumes, and why the rest is still there. */
export interface Sweep {
  readonly orphans: string[]
  readonly kept: { readonly name: string; readonly reason: string }[]
  readonly failed: string[]
}

/** For the CLI's lists: their id and name, and the labels that say whose it is and what it has of the runner's. */
const format = (id: string, name: string): string =>
  [
    `{{json ${id}}}`,
    `{{json ${name}}}`,
    ...[LABEL.owner, LABEL.deadline, LABEL.shared].map((label) => `{{json (.Label "${label}")}}`),
  ].join('\t')

/** All containers of this project on the engine, whoever's they are. */
export async function listManaged(docker: Docker): Promise<ManagedContainer[]> {
  const args = [
    'ps',
    '--all',
    '--no-trunc',
    '--filter',
    `label=${LABEL.managed}=true`,
    '--format',
    format('.ID', '.Names'),
  ]
  return parseList(await docker.call(args, { timeoutMs: BOUNDS.query }))
}

function parseList(text: string): ManagedContainer[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', name = '', owner = '', deadline = '', shared = ''] = line
        .split('\t')
        .map((part) => String(JSON.parse(part)))
      return {
        id,
        name,
        owner: parseOwner(owner),
        deadline: /^\d+$/.test(deadline) ? Number(deadline) : null,
        shared: parseShared(shared),
      }
    })
}

/** This process as the witness of who is dead. */
export function witnessNow(): Witness {
  return { self: processIdentity(), nowSeconds: Date.now() / 1000, startTime, exists }
}

/** What a task has on the engine beside containers. */
type Held = 'volume' | 'network'

const LISTED: Readonly<Record<Held, string>> = {
  volume: format('.Name', '.Name'),
  network: format('.ID', '.Name'),
}

/** All volumes or networks of this project on the engine. Cache volumes are the user's and not among them. */
async function listHeld(docker: Docker, kind: Held): Promise<ManagedContainer[]> {
  const args = [kind, 'ls', '--filter', `label=${LABEL.managed}=true`, '--format', LISTED[kind]]
  return parseList(await docker.call(args, { timeoutMs: BOUNDS.query }))
}

/**
 * Removes every proven orphan, and tells what was kept for want of proof (CTN-11). Containers hold volumes and
 * networks: they go first. The container named `except` is in the care of whoever makes or removes it now, and so
 * is what it holds.
 */
export async function sweepOrphans(docker: Docker, except: string): Promise<Sweep> {
  const sweep: Sweep = { orphans: [], kept: [], failed: [] }
  const witness = witnessNow()
  const [containers, volumes, networks] = await Promise.all([
    listManaged(docker),
    listHeld(docker, 'volume'),
    listHeld(docker, 'network'),
  ])
  const cared = containers.find(({ name }) => name === except)
  // What it holds cannot be removed as long as it is there: that is no failure then.
  const isCared = ({ owner }: ManagedContainer) =>
    cared !== undefined && isDeepStrictEqual(owner, cared.owner)
  const settleAll = (all: readonly ManagedContainer[], remove: Remove) =>
    Promise.all(
      all.map(async (one) => {
        const verdict = judge(one, witness)
        if (verdict.kind === 'unproven') sweep.kept.push({ name: one.name, reason: verdict.reason })
        if (verdict.kind !== 'orphan') return
        const { removed, failure, notGivenBack } = await remove(docker, one)
        if (removed) sweep.orphans.push(one.name)
        if (notGivenBack) sweep.failed.push(notGivenBack)
        if (failure !== null && !isCared(one)) sweep.failed.push(stillThere(one.name, failure, remove))
      }),
    )
  await settleAll(
    containers.filter(({ name }) => name !== except),
    endContainer,
  )
  await Promise.all([settleAll(volumes, REMOVE_HELD.volume), settleAll(networks, REMOVE_HELD.network)])
  return sweep
}

/**
 * Removes every container, volume and network with exactly this owner label, alive or not: the owner's own, or
 * those of a main that its post step succeeds.
 */
export async function removeOwned(
  docker: Docker,
  owner: ProcessIdentity,
): Promise<{ removed: string[]; failed: string[] }> {
  const result = { removed: [] as string[], failed: [] as string[] }
  const removeAll = async (all: readonly ManagedContainer[], remove: Remove) => {
    const own = all.filter((one) => isDeepStrictEqual(one.owner, owner))
    const removals = await Promise.all(
      own.map(async (one) => ({ name: one.name, ...(await remove(docker, one)) })),
    )
    for (const { name, removed, failure, notGivenBack } of removals) {
      if (notGivenBack) result.failed.push(notGivenBack)
      if (removed) result.removed.push(name)
      if (failure !== null) result.failed.push(stillThere(name, failure, remove))
    }
  }
  await removeAll(await listManaged(docker), endContainer)
  const [volumes, networks] = await Promise.all([listHeld(docker, 'volume'), listHeld(docker, 'network')])
  await Promise.all([removeAll(volumes, REMOVE_HELD.volume), removeAll(networks, REMOVE_HELD.network)])
  return result
}

type Remove = (docker: Docker, one: ManagedContainer) => Promise<Removal>

/**
 * Removes a container that its main left. What its task made in folders of the runner is given back before, which
 * takes the container: nobody could do it later without being root.
 */
async function endContainer(docker: Docker, one: ManagedContainer): Promise<Removal> {
  const notGivenBack = one.shared === null ? null : await tryGiveBack(docker, one, one.shared)
  const removal = await tryRemove(docker, one.id)
  // Where somebody else was faster with the one, they were with the other.
  const isOthers = !removal.removed && removal.failure === null
  return { ...removal, notGivenBack: isOthers ? null : notGivenBack }
}

const HELD_SETTLE_MS = 2_000

/**
 * A container that has only just gone may hold its volumes and its network a moment longer: they are tried again.
 * Without `--force`, which says of a volume that is gone that it was removed.
 */
async function tryRemoveHeld(docker: Docker, kind: Held, id: string): Promise<Removal> {
  const giveUp = performance.now() + HELD_SETTLE_MS
  for (;;) {
    try {
      await docker.call([kind, 'rm', id])
      return { removed: true, failure: null }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      const isGone = error.kind === 'failed' && (await docker.find([kind, 'inspect', id])) === null
      if (isGone) return { removed: false, failure: null }
      if (error.kind !== 'failed' || performance.now() > giveUp)
        return { removed: false, failure: messageOf(error) }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

const REMOVE_HELD: Readonly<Record<Held, Remove>> = {
  volume: (docker, { id }) => tryRemoveHeld(docker, 'volume', id),
  network: (docker, { id }) => tryRemoveHeld(docker, 'network', id),
}

/**
 * Removes the network of a task whose container is gone.
 * @throws TaskError ACODE-CTN-002
 */
export async function removeNetwork(docker: Docker, network: string): Promise<void> {
  const { failure } = await tryRemoveHeld(docker, 'network', network)
  if (failure !== null)
    throw new TaskError('ACODE-CTN-002', stillThere(network, failure, REMOVE_HELD.network))
}

/**
 * Removes a container with its anonymous volumes, running or not. One that is gone, or that somebody else is
 * removing, is as good as removed. `name` is what people know it by.
 * @throws TaskError ACODE-CTN-002
 */
export async function removeContainer(docker: Docker, container: string, name = container): Promise<void> {
  const { failure } = await tryRemove(docker, container)
  if (failure !== null) throw new TaskError('ACODE-CTN-002', stillThere(name, failure))
}

function stillThere(name: string, failure: string, remove: Remove = endContainer): string {
  const [what, command] =
    remove === endContainer
      ? ['container', 'docker rm --force --volumes']
      : remove === REMOVE_HELD.volume
        ? ['volume', 'docker volume rm --force']
        : ['network', 'docker network rm']
  return `The ${what} ${name} could not be removed: ${failure}. It is still there; remove it with: ${command} ${name}`
}

/** How a removal went: `removed` tells ours from one that somebody else was faster with. */
interface Removal {
  readonly removed: boolean
  readonly failure: string | null
  /** Why what the task made in folders of the runner is not the runner's yet. */
  readonly notGivenBack?: string | null
}

async function tryRemove(docker: Docker, container: string): Promise<Removal> {
  try {
    // The engine prints what it removed; for what is gone already some only print nothing.
    const printed = await docker.call(['rm', '--force', '--volumes', container])
    return { removed: printed !== '', failure: null }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    // Engines word "no such container" differently: ask again instead of reading the words.
    const gone = error.kind === 'failed' && (await isGone(docker, container))
    return { removed: false, failure: gone ? null : messageOf(error) }
  }
}

const SETTLE_MS = 10_000

/** True where no such container is left; one whose removal is under way elsewhere is waited for. */
async function isGone(docker: Docker, container: string): Promise<boolean> {
  const giveUp = performance.now() + SETTLE_MS
  do {
    const state = await docker.find(['container', 'inspect', '--format', '{{.State.Status}}', container])
    if (state === null) return true
    if (state !== 'removing') return false
    await new Promise((resolve) => setTimeout(resolve, 100))
  } while (performance.now() < giveUp)
  return false
}

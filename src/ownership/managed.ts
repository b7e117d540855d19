import { type ContainerStatus, hasEnded } from '../engine/container-answers.ts'
import type { Docker } from '../engine/docker.ts'
import { isRefusal } from '../engine/errors.ts'
import type { LabelFilter, Labels } from '../engine/labels.ts'
import {
  bootSeconds,
  exists,
  isSameProcess,
  type ProcessIdentity,
  processIdentity,
  startTime,
} from '../host/identity.ts'
import { LABEL, parseShared, type Sharing } from './labels.ts'
import { type Claim, isOfAnotherBoot, parseOwner, verdictOf, type Witness } from './orphans.ts'

/** What of ours an engine keeps. */
export type Kind = 'container' | 'volume' | 'network'

/** Containers hold volumes and networks: they go first. */
export const ORDER: readonly (readonly Kind[])[] = [['container'], ['volume', 'network']]

/** One of our containers, volumes or networks as the engine lists it. */
export interface Managed extends Claim {
  readonly kind: Kind
  readonly id: string
  readonly name: string
  /** What its task writes to of its runner's; null for volumes and networks. */
  readonly shared: Sharing | null
  /** All labels that it has. */
  readonly labels: Labels
  /** Of containers: the image that it was made from. */
  readonly imageId: string | null
  /** Of containers. */
  readonly state: ContainerStatus | null
}

/** This process as the witness of who is dead. */
export function witnessNow(): Witness {
  return {
    self: processIdentity(),
    nowSeconds: Date.now() / 1000,
    bootSeconds: bootSeconds(),
    startTime,
    exists,
  }
}

/** True for the name of a run's own container, or the same with a suffix that begins with a full stop. */
export function isNamedAsLabelled(name: string, session: string, task: string): boolean {
  if (!/^[a-z0-9]+$/.test(session) || !/^[a-z0-9-]+$/.test(task)) return false
  const own = `acode-${session}-${task}`
  return name === own || name.startsWith(`${own}.`)
}

/** Everything on the engine that has a name and labels such as we give, ours or another owner's. Cache volumes are not among it. */
export async function listManaged(docker: Docker, kind: Kind): Promise<Managed[]> {
  const listed = await LISTS[kind](docker, { key: LABEL.managed, value: 'true' })
  return listed.flatMap((one) => managed(kind, one))
}

/** What a list of the engine says of each. */
interface Listed {
  readonly id?: string
  readonly name: string
  readonly labels: Labels
  readonly created: number | null
  readonly imageId?: string | null
  readonly state?: ContainerStatus
}

const LISTS: Readonly<Record<Kind, (docker: Docker, label: LabelFilter) => Promise<readonly Listed[]>>> = {
  container: (docker, label) => docker.containers.list({ label }),
  volume: (docker, label) => docker.volumes.list({ label }),
  network: (docker, label) => docker.networks.list(label),
}

function managed(kind: Kind, { name, id = name, labels, created, imageId = null, state }: Listed): Managed[] {
  const label = (key: string) => labels[key] ?? ''
  const [session, task] = [label(LABEL.session), label(LABEL.task)]
  // A volume that was made with a container has a name of the engine's, and no image from which it could have labels.
  const isAnonymous =
    kind === 'volume' &&
    /^[0-9a-f]{64}$/.test(name) &&
    isNamedAsLabelled(`acode-${session}-${task}`, session, task)
  if (!isAnonymous && !isNamedAsLabelled(name, session, task)) return []
  return [
    {
      ...{ kind, id, name, labels, created, imageId, state: state ?? null },
      shared: parseShared(label(LABEL.shared)),
      owner: parseOwner(label(LABEL.owner)),
      deadline: parseDeadline(label(LABEL.deadline)),
    },
  ]
}

/** A container by its name, where it is named and labelled as ours are; null when there is none, or another's. */
export async function findManaged(docker: Docker, name: string): Promise<Managed | null> {
  const all = await listManaged(docker, 'container')
  return all.find((one) => one.name === name) ?? null
}

const parseDeadline = (label: string): number | null => (/^\d{1,12}$/.test(label) ? Number(label) : null)

/** Claims with what the engine has to say about them, and the witness who judges them. */
interface Evidence {
  readonly claims: readonly Managed[]
  readonly witness: Witness
}

/**
 * Asks the engine for what a judgment needs besides labels and processes: its clock, by which containers are dated, and
 * whether containers in which owners ran are still there. Asked only where it decides.
 *
 * Assumed: the clocks of the owner's machine and of the engine agree when the deadline is written. That of the judge
 * may go wrong: what has a deadline has passed it by the engine's clock, too.
 */
export async function gatherEvidence(
  docker: Docker,
  claims: readonly Managed[],
  witness: Witness,
): Promise<Evidence> {
  const { self, nowSeconds } = witness
  const open = claims.filter((claim) => {
    const { kind } = verdictOf({ owner: claim.owner, deadline: null }, witness)
    return kind === 'unproven'
  })
  const rebooted = open.filter(({ owner }) => owner !== null && isOfAnotherBoot(owner, self))
  const isClockAsked =
    rebooted.length > 0 || open.some(({ deadline }) => (deadline ?? nowSeconds) < nowSeconds)
  const [ahead, containers] = await Promise.all([
    isClockAsked ? engineAhead(docker) : 0,
    runningOwners(docker, open),
  ])
  return {
    witness: { ...witness, nowSeconds: Math.min(nowSeconds, nowSeconds + ahead) },
    claims: claims.map((claim) => {
      const { created = null, owner } = claim
      const container = owner?.container
      return {
        ...claim,
        created: created === null ? null : created - ahead,
        ownerContainer: container ? (containers.get(container) ?? null) : null,
      }
    }),
  }
}

/** By how many seconds the engine's clock is ahead of ours; 0 for an engine that says nothing of itself. */
async function engineAhead(docker: Docker): Promise<number> {
  try {
    return (await docker.facts()).aheadSeconds
  } catch (error) {
    if (isRefusal(error)) return 0
    throw error
  }
}

/** Of each container in which an owner ran, whether it is still there. */
async function runningOwners(docker: Docker, claims: readonly Managed[]) {
  const ids = [...new Set(claims.flatMap(({ owner }) => owner?.container ?? []))]
  const found = new Map<string, 'runs' | 'ended'>(ids.map((id) => [id, 'ended']))
  if (ids.length === 0) return found
  for (const { id, state } of await docker.containers.list({ ids }))
    if (!hasEnded(state)) found.set(id, 'runs')
  return found
}

/** What says of a container that it is none of ours, or that it may not be. */
export type Doubt = 'inherited' | 'image-gone'

/**
 * Whose labels may not be their own: a container has those of its image, too, which anyone can have made of one of our
 * containers (`docker commit`). An owner or a deadline that the image does not have was given to this container.
 * @returns by id, of containers alone; those without a doubt are not there
 */
export async function findDoubts(docker: Docker, all: readonly Managed[]): Promise<Map<string, Doubt>> {
  const images = [...new Set(all.flatMap(({ imageId }) => imageId ?? []))]
  const found = await Promise.all(images.map((image) => docker.images.find(image)))
  const labelsOfImage = new Map(images.map((image, index) => [image, found[index]?.labels]))
  return new Map(
    all.flatMap(({ id, imageId, labels }): [string, Doubt][] => {
      if (imageId === null) return []
      const inherited = labelsOfImage.get(imageId)
      if (inherited === undefined) return [[id, 'image-gone']]
      return hasOwnLabels(labels, inherited) ? [] : [[id, 'inherited']]
    }),
  )
}

/** True when a container's labels say whose it is in words that its image does not have. */
export function hasOwnLabels(own: Labels, image: Labels): boolean {
  const isOwn = (key: string) => own[key] !== undefined && own[key] !== image[key]
  return own[LABEL.owner] === undefined ? isOwn(LABEL.deadline) : isOwn(LABEL.owner)
}

/** True for what this owner made. */
export const isOf = (owner: ProcessIdentity) => (one: Managed) =>
  one.owner !== null && isSameProcess(one.owner, owner)

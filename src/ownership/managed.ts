import { z } from 'zod'
import { BOUNDS, type Docker, EngineError } from '../engine/docker.ts'
import {
  bootSeconds,
  exists,
  isSameProcess,
  type ProcessIdentity,
  processIdentity,
  startTime,
} from '../host/identity.ts'
import { LABEL, parseShared, type Shared } from './labels.ts'
import { type Claim, isOfAnotherBoot, judge, parseOwner, type Witness } from './orphans.ts'

/** What of ours an engine keeps. */
export type Kind = 'container' | 'volume' | 'network'

/** One of our containers, volumes or networks as the engine lists it. */
export interface Managed extends Claim {
  readonly kind: Kind
  readonly id: string
  readonly name: string
  /** What its task writes to of its runner's; null for volumes and networks. */
  readonly shared: Shared | null
}

type Labels = Readonly<Record<string, string>>

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

const LISTED = [LABEL.session, LABEL.task, LABEL.owner, LABEL.deadline, LABEL.shared] as const

/** Everything on the engine that has a name and labels such as we give, whoever's it is. Cache volumes are not among it. */
export async function listManaged(docker: Docker, kind: Kind): Promise<Managed[]> {
  const { list, fields: own } = LISTS[kind]
  const fields = [...own, ...LISTED.map((label) => `(.Label "${label}")`)]
  const text = await docker.call(
    [
      ...list,
      ...['--filter', `label=${LABEL.managed}=true`],
      ...['--format', fields.map((field) => `{{json ${field}}}`).join('\t')],
    ],
    { timeoutMs: BOUNDS.query },
  )
  return linesOf(text).flatMap((line) => parseListed(kind, line))
}

/** How the CLI lists each kind, and what it calls id, name and time of creation; of volumes it does not list that. */
const LISTS: Readonly<Record<Kind, { list: readonly string[]; fields: readonly string[] }>> = {
  container: { list: ['ps', '--all', '--no-trunc'], fields: ['.ID', '.Names', '.CreatedAt'] },
  volume: { list: ['volume', 'ls'], fields: ['.Name', '.Name', '""'] },
  network: { list: ['network', 'ls', '--no-trunc'], fields: ['.ID', '.Name', '.CreatedAt'] },
}

function parseListed(kind: Kind, line: string): Managed[] {
  const [id = '', name = '', created = '', session = '', task = '', owner = '', deadline = '', shared = ''] =
    line.split('\t').map((part) => String(JSON.parse(part)))
  // A volume that was made with a container has a name of the engine's, and no image from which it could have labels.
  const isAnonymous =
    kind === 'volume' &&
    /^[0-9a-f]{64}$/.test(name) &&
    isNamedAsLabelled(`acode-${session}-${task}`, session, task)
  if (!isAnonymous && !isNamedAsLabelled(name, session, task)) return []
  return [
    {
      ...{ kind, id, name, shared: parseShared(shared) },
      ...{ owner: parseOwner(owner), deadline: parseDeadline(deadline), created: parseTime(created) },
    },
  ]
}

/** A container by its name, where it is named and labelled as ours are; null where there is none, or another's. */
export async function findManaged(docker: Docker, name: string): Promise<Managed | null> {
  const all = await listManaged(docker, 'container')
  return all.find((one) => one.name === name) ?? null
}

const parseDeadline = (label: string): number | null => (/^\d{1,12}$/.test(label) ? Number(label) : null)

/** A time as the engine's lists (`2026-03-01 12:00:00 +0000 UTC`) or objects (RFC 3339) have it, in epoch seconds. */
export function parseTime(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)/.exec(text)
  if (!match) return null
  const [, day, time, zone = ''] = match
  const seconds = Date.parse(`${day}T${time}${zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`) / 1000
  return Number.isFinite(seconds) ? seconds : null
}

/** Claims with what the engine has to say about them, and the witness who judges them. */
export interface Evidence {
  readonly claims: readonly Managed[]
  readonly witness: Witness
}

/**
 * Asks the engine for what a judgment needs beside labels and processes: its clock, by which containers are dated, when
 * volumes were made, and whether containers in which owners ran are still there. Asked only where it decides.
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
    const { kind } = judge({ owner: claim.owner, deadline: null }, witness)
    return kind === 'unproven'
  })
  const rebooted = open.filter(({ owner }) => owner !== null && isOfAnotherBoot(owner, self))
  const isClockAsked =
    rebooted.length > 0 || open.some(({ deadline }) => (deadline ?? nowSeconds) < nowSeconds)
  const [ahead, containers, volumes] = await Promise.all([
    isClockAsked ? engineAhead(docker) : 0,
    runningOwners(docker, open),
    volumeTimes(docker, rebooted),
  ])
  return {
    witness: { ...witness, nowSeconds: Math.min(nowSeconds, nowSeconds + ahead) },
    claims: claims.map((claim) => {
      const created = claim.created ?? volumes.get(claim.id) ?? null
      const container = claim.owner?.container
      return {
        ...claim,
        created: created === null ? null : created - ahead,
        ownerContainer: container ? (containers.get(container) ?? null) : null,
      }
    }),
  }
}

/** By how many seconds the engine's clock is ahead of ours; 0 for an engine that does not say what time it is. */
async function engineAhead(docker: Docker): Promise<number> {
  const asked = Date.now() / 1000
  const answer = await docker
    .call(['info', '--format', '{{.SystemTime}}'], { timeoutMs: BOUNDS.query })
    .catch((error: unknown) => {
      if (error instanceof EngineError && error.kind === 'failed') return ''
      throw error
    })
  const engine = parseTime(answer)
  return engine === null ? 0 : engine - (asked + Date.now() / 1000) / 2
}

/** Of each container in which an owner ran, whether it is still there. */
async function runningOwners(docker: Docker, claims: readonly Managed[]) {
  const ids = [...new Set(claims.flatMap(({ owner }) => owner?.container ?? []))]
  const found = new Map<string, 'runs' | 'ended'>(ids.map((id) => [id, 'ended']))
  if (ids.length === 0) return found
  const text = await docker.call(
    [
      ...['ps', '--all', '--no-trunc', '--format', '{{.ID}}\t{{.State}}'],
      ...ids.flatMap((id) => ['--filter', `id=${id}`]),
    ],
    { timeoutMs: BOUNDS.query },
  )
  for (const [id = '', state = ''] of linesOf(text).map((line) => line.split('\t')))
    if (!/^(exited|dead|removing)$/.test(state)) found.set(id, 'runs')
  return found
}

async function volumeTimes(docker: Docker, claims: readonly Managed[]): Promise<Map<string, number | null>> {
  const names = claims.filter(({ kind }) => kind === 'volume').map(({ id }) => id)
  const found = await inspectAll(docker, 'volume', names, ['.Name', '.CreatedAt'])
  return new Map(found.map(([name, created]) => [String(name), parseTime(String(created))]))
}

/** What says of a container that it is none of ours, or that it may not be. */
export type Doubt = 'inherited' | 'image-gone'

/**
 * Whose labels may not be their own: a container has those of its image, too, which anybody can have made of one of our
 * containers (`docker commit`). An owner or a deadline that the image does not have was given to this container.
 * @returns by id, of containers alone; those without a doubt are not there
 */
export async function findDoubts(docker: Docker, all: readonly Managed[]): Promise<Map<string, Doubt>> {
  const ids = all.filter(({ kind }) => kind === 'container').map(({ id }) => id)
  const containers = await inspectAll(docker, 'container', ids, ['.Id', '.Image', '.Config.Labels'])
  const images = await inspectAll(
    docker,
    'image',
    [...new Set(containers.map(([, image]) => String(image)))],
    ['.Id', '.Config'],
  )
  const labelsOfImage = new Map(images.map(([id, config]) => [String(id), configSchema.parse(config)]))
  return new Map(
    containers.flatMap(([id, image, labels]): [string, Doubt][] => {
      const own = labelsSchema.parse(labels)
      const inherited = labelsOfImage.get(String(image))
      if (inherited === undefined) return [[String(id), 'image-gone']]
      return hasOwnLabels(own, inherited) ? [] : [[String(id), 'inherited']]
    }),
  )
}

/** True where a container's labels say whose it is in words that its image does not have. */
export function hasOwnLabels(own: Labels, image: Labels): boolean {
  const isOwn = (key: string) => own[key] !== undefined && own[key] !== image[key]
  return own[LABEL.owner] === undefined ? isOwn(LABEL.deadline) : isOwn(LABEL.owner)
}

/** Labels as the engine has them; null where there are none. */
const labelsSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels) => labels ?? {})
const configSchema = z
  .object({ Labels: labelsSchema })
  .nullish()
  .transform((config) => config?.Labels ?? {})

/** Fields of many objects in one call; those that are gone meanwhile are left out. */
async function inspectAll(
  docker: Docker,
  kind: Kind | 'image',
  ids: readonly string[],
  fields: readonly string[],
): Promise<unknown[][]> {
  if (ids.length === 0) return []
  const args = [kind, 'inspect', '--format', fields.map((field) => `{{json ${field}}}`).join('\t')]
  const parse = (text: string) =>
    linesOf(text).map((line) => line.split('\t').map((part): unknown => JSON.parse(part)))
  try {
    return parse(await docker.call([...args, ...ids], { timeoutMs: BOUNDS.query }))
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'failed') throw error
    const one = async (id: string) => parse((await docker.find([...args, id])) ?? '')
    return (await Promise.all(ids.map(one))).flat()
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')

/** True for what this owner made. */
export const isOf = (owner: ProcessIdentity) => (one: Managed) =>
  one.owner !== null && isSameProcess(one.owner, owner)

import type { Docker } from '../engine/docker.ts'
import { isRefusal } from '../engine/errors.ts'
import type { ListedImage } from '../engine/image-answers.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import { isSameProcess } from '../host/identity.ts'
import { finishedName, IMAGE_LABEL, isUnfinished } from '../image/derived/derived.ts'
import { witnessNow } from './managed.ts'
import { parseOwner, type Verdict, verdictOf } from './orphans.ts'
import type { Removed } from './remove-owned.ts'

/** An image that was made here, with why it may go or stays. */
export interface DerivedImage {
  /** By what it is removed: its name, or its id where it has none. */
  readonly name: string
  readonly bytes: number
  readonly isOrphan: boolean
  readonly reason: string
}

/** Seconds after its last use at which an image goes. */
const LONGEST_UNUSED = 14 * 24 * 3600
/** How many are kept on one engine: of more, those that were not used for the longest time go. */
const MOST_KEPT = 20
/** A build takes no longer (`BOUNDS.build`), by the clock of the engine. */
const LONGEST_BUILD = 3 * 3600

/**
 * All images that were made here, of compositions and set-ups: an unfinished one whose builder is dead may go, and a
 * finished one that has not been used for long.
 * @throws EngineError
 */
export async function surveyImages(docker: Docker): Promise<DerivedImage[]> {
  const listed = await docker.images.list({ key: IMAGE_LABEL.kind })
  const unfinished = listed.filter(isUnfinished).map(judgeUnfinished)
  return [...unfinished, ...(await judgeFinished(docker, listed))]
}

function judgeUnfinished({ id, names, labels, bytes, created }: ListedImage): DerivedImage {
  const owner = parseOwner(labels[IMAGE_LABEL.owner] ?? '')
  const verdict = verdictOf({ owner, deadline: created + LONGEST_BUILD }, witnessNow())
  const name = names[0] ?? id
  return { name, bytes, isOrphan: verdict.kind === 'orphan', reason: WHY[verdict.kind] }
}

const WHY: Readonly<Record<Verdict['kind'], string>> = {
  orphan: 'it was not finished, and its builder has ended',
  alive: 'it is being built',
  unproven: 'it is not finished, and whether its builder is alive cannot be seen from here',
}

async function judgeFinished(docker: Docker, listed: readonly ListedImage[]): Promise<DerivedImage[]> {
  const own = listed.flatMap((one) => {
    const name = finishedName(one)
    return name === null ? [] : [{ ...one, name }]
  })
  const now = Date.now() / 1000
  const isAsked = own.length > MOST_KEPT || own.some(({ created }) => now - created > LONGEST_UNUSED)
  const used = isAsked
    ? await Promise.all(own.map((one) => usedAt(docker, one)))
    : own.map(({ created }) => created)
  return own
    .map((one, index) => ({ ...one, used: used[index] ?? one.created }))
    .sort((one, other) => other.used - one.used)
    .map(({ name, bytes, used: at }, rank) => {
      const days = Math.max(0, Math.floor((now - at) / 86_400))
      const isOrphan = rank >= MOST_KEPT || now - at > LONGEST_UNUSED
      const last = isAsked ? `it was last used ${days} days ago` : `it is ${days} days old`
      return {
        name,
        bytes,
        isOrphan,
        reason: rank >= MOST_KEPT ? `there are more than ${MOST_KEPT}, and ${last}` : last,
      }
    })
}

/** Each use gives the image its name again. */
const usedAt = async (docker: Docker, { id, created }: ListedImage): Promise<number> =>
  (await docker.images.find(id))?.namedAt ?? created

/**
 * Removes the images that may go. One that is in use stays, which is not reported.
 * @throws EngineError when the engine does not answer
 */
export async function removeOldImages(docker: Docker, all: readonly DerivedImage[]): Promise<Removed> {
  return removeImages(
    docker,
    all.filter(({ isOrphan }) => isOrphan).map(({ name }) => name),
  )
}

/**
 * Removes what a builder has not finished: its own, or that of a main that has ended.
 * @param key of the one image that is meant; default all
 * @throws EngineError when the engine does not answer
 */
export async function removeUnfinished(
  docker: Docker,
  owner: ProcessIdentity,
  key?: string,
): Promise<Removed> {
  const listed = await docker.images.list({ key: IMAGE_LABEL.kind })
  const own = listed.filter((one) => {
    const builder = parseOwner(one.labels[IMAGE_LABEL.owner] ?? '')
    const isMeant = key === undefined || one.labels[IMAGE_LABEL.key] === key
    return isMeant && isUnfinished(one) && builder !== null && isSameProcess(builder, owner)
  })
  return removeImages(
    docker,
    own.map(({ id, names }) => names[0] ?? id),
  )
}

async function removeImages(docker: Docker, names: readonly string[]): Promise<Removed> {
  const result: Removed = { removed: [], failed: [], kept: [] }
  for (const name of names)
    try {
      if (await docker.images.remove(name)) result.removed.push(name)
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (error.reason !== 'conflict')
        result.failed.push(
          `The image ${name} could not be removed: ${error.message}. It is still there; remove it with: docker image rm ${name}`,
        )
    }
  return result
}

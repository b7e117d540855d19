import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { type Digests, lockedReference } from '../task/locked.ts'
import type { Finding, TaskCheck } from './check.ts'
import type { PlannedTask } from './planned-task.ts'

/** What is wrong with an image, or with finding it. */
export type LockFault = Pick<Finding, 'message' | 'code'>

/** The images of a container: their references, or why there are none. */
export type Images = readonly string[] | LockFault

/** The digests of images, and what is wrong with them. */
export interface Lock {
  /** Of those that have one. */
  readonly digests: Digests
  /** What is wrong with an image: it has no digest, or another one than its registry. */
  readonly faults: ReadonlyMap<string, LockFault>
  /** The images of a container. */
  readonly imagesOf: (spec: ContainerSpec) => Images
}

const isPinned = (image: string): boolean => image.includes('@')

/** The images of a container that are the lock's to pin: they name no digest, and their task gives them none. */
export const unpinned = (images: readonly string[], { digests }: Pick<ContainerSpec, 'digests'>): string[] =>
  images.filter((image) => !isPinned(image) && !Object.hasOwn(digests, image))

/** The images of a container by their digests; null where they are not known. */
export function lockedImages(lock: Lock, spec: ContainerSpec): readonly string[] | null {
  const images = lock.imagesOf(spec)
  return isFault(images)
    ? null
    : images.map((image) => lockedReference(image, { ...lock.digests, ...spec.digests }))
}

/** Refuses tasks whose images are not what the lock says. */
export const lockCheck =
  (lock: Lock): TaskCheck =>
  ({ spec }) => {
    if (spec === null) return []
    const images = lock.imagesOf(spec)
    const path = ['container', spec.image === undefined ? 'toolchain' : 'image']
    if (isFault(images)) return [{ path, ...images }]
    return unpinned(images, spec).flatMap((image) => {
      const fault = lock.faults.get(image)
      return fault ? [{ path, message: `is not locked: ${image} ${fault.message}`, code: fault.code }] : []
    })
  }

/** A task with the digests of its images, by which its job runs it. */
export function withDigests(task: PlannedTask, lock: Lock): PlannedTask {
  const { spec, container } = task
  if (spec === null || container === null) return task
  const images = lock.imagesOf(spec)
  const own = unpinned(isFault(images) ? [] : images, spec).flatMap((image) => {
    const digest = lock.digests[image]
    return digest === undefined ? [] : [[image, digest] as const]
  })
  if (own.length === 0) return task
  const digests = { ...Object.fromEntries(own), ...spec.digests }
  return { ...task, container: { ...container, digests }, spec: { ...spec, digests } }
}

const isFault = (images: Images): images is LockFault => 'message' in images

/** A failure as what is wrong with an image; what is no error of the task's own is thrown on. */
export function faultOf(error: unknown): LockFault {
  if (!(error instanceof TaskError)) throw error
  return { message: error.message, code: error.code }
}

/** What makes the same images of a container. */
export const keyOf = ({ image, toolchain, workdir, workspacePath, digests }: ContainerSpec): string =>
  JSON.stringify([image, toolchain, workdir, workspacePath, digests])

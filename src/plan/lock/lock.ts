import { TaskError } from '../../errors.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { type Digests, lockedReference } from '../../task/locked.ts'
import type { Path } from '../file/faults.ts'
import type { PlannedTask } from '../planned-task.ts'
import type { CheckFinding, TaskCheck } from '../policy/check.ts'

/** What names images: a task's container, or one of its services. */
export type ImagePart = Pick<
  ContainerSpec,
  'image' | 'toolchain' | 'build' | 'workdir' | 'workspacePath' | 'digests'
>

/** A service as what names an image. Its digests are the task's. */
export const servicePart = (
  { image, toolchain, build }: ContainerSpec['services'][string],
  { digests }: Pick<ContainerSpec, 'digests'>,
): ImagePart => ({ image, toolchain, build, workdir: undefined, workspacePath: undefined, digests })

/** All that names images of a task, each with its path in the container object. */
export const imageParts = (spec: ContainerSpec): { readonly path: Path; readonly part: ImagePart }[] => [
  { path: [], part: spec },
  ...Object.entries(spec.services).map(([name, service]) => ({
    path: ['services', name],
    part: servicePart(service, spec),
  })),
]

/** What is wrong with an image, or with finding it. */
export type LockFault = Pick<CheckFinding, 'message' | 'code'>

/** The images of a container: their references, or why there are none. */
export type FoundImages = readonly string[] | LockFault

/** The digests of images, and what is wrong with them. */
export interface Lock {
  /** Of those that have one. */
  readonly digests: Digests
  /** What is wrong with an image: it has no digest, or another one than its registry. */
  readonly faults: ReadonlyMap<string, LockFault>
  readonly imagesOf: (part: ImagePart) => FoundImages
}

const isPinned = (image: string): boolean => image.includes('@')

/** Images that are the lock's to pin: they name no digest, and their task gives them none. */
export const unpinned = (images: readonly string[], { digests }: ImagePart): string[] =>
  images.filter((image) => !isPinned(image) && !Object.hasOwn(digests, image))

/** Images by their digests; null when none is known, which is no reason to let a policy pass. */
export function lockedImages(lock: Lock, part: ImagePart): readonly string[] | null {
  const images = lock.imagesOf(part)
  if (isFault(images) || images.length === 0) return null
  return images.map((image) => lockedReference(image, { ...lock.digests, ...part.digests }))
}

/** Refuses tasks whose images are not what the lock says. */
export const lockCheck =
  (lock: Lock): TaskCheck =>
  ({ spec }) =>
    spec === null ? [] : imageParts(spec).flatMap(({ path, part }) => checkPart(lock, path, part))

function checkPart(lock: Lock, below: Path, part: ImagePart): CheckFinding[] {
  const images = lock.imagesOf(part)
  const path = ['container', ...below, part.image === undefined ? 'toolchain' : 'image']
  if (isFault(images)) return [{ path, ...images }]
  return unpinned(images, part).flatMap((image) => {
    const fault = lock.faults.get(image)
    return fault ? [{ path, message: `is not locked: ${image} ${fault.message}`, code: fault.code }] : []
  })
}

/** A task with the digests of its images, by which its job runs it. */
export function withDigests(task: PlannedTask, lock: Lock): PlannedTask {
  const { spec, container } = task
  if (spec === null || container === null) return task
  const own = imageParts(spec).flatMap(({ part }) => {
    const images = lock.imagesOf(part)
    return unpinned(isFault(images) ? [] : images, part).flatMap((image) => {
      const digest = lock.digests[image]
      return digest === undefined ? [] : [[image, digest] as const]
    })
  })
  if (own.length === 0) return task
  const digests = { ...Object.fromEntries(own), ...spec.digests }
  return { ...task, container: { ...container, digests }, spec: { ...spec, digests } }
}

const isFault = (images: FoundImages): images is LockFault => 'message' in images

/** A failure as what is wrong with an image; what is no error of the task's own is thrown on. */
export function faultOf(error: unknown): LockFault {
  if (!(error instanceof TaskError)) throw error
  return { message: error.message, code: error.code }
}

/** What makes the same images of a container. */
export const imagesKey = ({ image, toolchain, build, workdir, workspacePath, digests }: ImagePart): string =>
  JSON.stringify([image, toolchain, build, workdir, workspacePath, digests])

import { devcontainerIn } from '../../task/devcontainer.ts'
import { imageFault } from '../../task/image-policy.ts'
import { lockedReference } from '../../task/locked.ts'
import type { ImagePart } from '../lock/lock.ts'
import type { CheckFinding } from './check.ts'
import type { Policy } from './policy.ts'
import { checkProfile, inContainer } from './refusal.ts'

/** What a plan, which runs no container, has to ask of those who do. */
export interface ContainerFacts {
  /** The images that toolchains lead to; null when the plan cannot know them. */
  readonly imagesOf: (toolchain: string) => readonly string[] | null
  /** The images of a container by their digests, where they are locked; null when they are not. */
  readonly lockedOf?: (part: ImagePart) => readonly string[] | null
  /** The names of the options of `docker create` in a text, without their values. */
  readonly optionNames: (options: string) => readonly string[]
}

type PartCheck = (part: ImagePart, policy: Policy, facts: ContainerFacts) => CheckFinding[]

/** An image that is named. */
export const checkNamed: PartCheck = (part, policy, facts) =>
  part.image === undefined ? [] : checkImages('image', part.image, part, [part.image], policy, facts)

/** Each image that a toolchain is made of. What a development container asks for is built and run as root. */
export const checkToolchain: PartCheck = (part, policy, facts) => {
  const { toolchain } = part
  if (toolchain === undefined) return []
  const builds = devcontainerIn(toolchain) === null ? undefined : toolchain
  return [
    ...checkProfile('toolchain', builds, 'standard', policy),
    ...checkImages('toolchain', toolchain, part, facts.imagesOf(toolchain), policy, facts),
  ]
}

/** What a Dockerfile builds. Its steps run as root, in containers that are the engine's own. */
export const checkBuild: PartCheck = ({ build }, policy) =>
  build === undefined
    ? []
    : [
        ...checkProfile('build', build, 'standard', policy),
        ...checkImagePolicy('build', `build ${build}`, null, policy),
      ]

/** Judges the images of a task by their locked digests, else those that are known of it. */
function checkImages(
  field: string,
  asked: string,
  part: ImagePart,
  known: readonly string[] | null,
  policy: Policy,
  { lockedOf }: ContainerFacts,
): CheckFinding[] {
  const images = lockedOf?.(part) ?? known?.map((image) => lockedReference(image, part.digests)) ?? [null]
  return images.flatMap((image) => checkImagePolicy(field, asked, image, policy))
}

function checkImagePolicy(
  field: string,
  asked: string,
  image: string | null,
  policy: Policy,
): CheckFinding[] {
  const who = policy.isFork ? ' (this run is of a fork’s pull request)' : ''
  const what = image === null ? `${asked}, whose image the plan cannot know without a checkout,` : image
  return policy.images.flatMap((one) => {
    const fault = imageFault(image, one)
    if (fault === null) return []
    return [inContainer([field], { message: `is refused${who}: ${what} ${fault}`, code: 'ACODE-CTN-011' })]
  })
}

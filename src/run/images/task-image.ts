import type { Image } from '../../image/image.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { devcontainerIn } from '../../task/devcontainer.ts'
import type { Context } from '../context/context.ts'
import { baseImage, withSetup } from './base-image.ts'

/** A task with the image that it runs in. */
interface Imaged {
  readonly image: Image
  /** The task, with what a development container's description adds to it. */
  readonly spec: ContainerSpec
}

/**
 * The image of the task: by name or toolchain, pulled where it has to be, composed of several, or built; and with its
 * set-up.
 * @param labels what all is labelled with that is made for it
 */
export async function pullImage(
  context: Context,
  given: ContainerSpec,
  labels: Promise<LabelFacts>,
): Promise<Imaged> {
  if (devcontainerIn(given.toolchain) !== null) {
    const { devcontainerImage } = await import('./devcontainer-image.ts')
    return devcontainerImage(context, given, labels)
  }
  const image = await baseImage(context, given, labels)
  return { image: await withSetup(context, given, image, labels), spec: given }
}

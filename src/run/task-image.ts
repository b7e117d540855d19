import type { Image } from '../image/image.ts'
import { jointly } from '../image/toolchain.ts'
import type { LabelFacts } from '../ownership/labels.ts'
import type { ImageFacts } from '../record/facts.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { DEVCONTAINER, devcontainerIn } from '../task/devcontainer.ts'
import { lockedReference } from '../task/locked.ts'
import { checkImage } from './check-image.ts'
import { composeImage } from './compose-image.ts'
import type { Context } from './context.ts'
import { describedSpec, groundOf } from './devcontainer-spec.ts'
import { installFeatures } from './install-features.ts'
import { type ImageListener, lazyGroup, obtainImage, obtainNamed, toolchainsOf } from './pull-image.ts'
import { setUpImage } from './setup-image.ts'

/** A task with the image that it runs in. */
export interface Imaged {
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
  if (devcontainerIn(given.toolchain) !== null) return devcontainerImage(context, given, labels)
  const image = await baseImage(context, given, labels)
  return { image: await withSetup(context, given, image, labels), spec: given }
}

async function devcontainerImage(
  context: Context,
  given: ContainerSpec,
  labels: Promise<LabelFacts>,
): Promise<Imaged> {
  const found = await describedSpec(context, given)
  const { prelude, file, features, usersOn, values, specWith } = found.described
  const base = await baseImage(context, found.spec, labels)
  const { toolchain: requested = DEVCONTAINER } = given
  const toolchain = { requested, resolved: requested.trim(), image: base.reference, source: file }
  await learnWanted(context, { reference: base.reference, toolchain })
  const users = usersOn(await groundOf(context, base))
  const ground = { users, platform: found.spec.platform, values }
  const featured = await installFeatures(context, features, base, ground, await labels)
  const spec = { ...found.spec, ...specWith(await groundOf(context, featured)) }
  const image = await withSetup(context, spec, featured, labels)
  return { image: prelude === '' ? image : { ...image, prelude }, spec }
}

/** The image with the doings of the set-up script, where there is one. */
async function withSetup(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  labels: Promise<LabelFacts>,
): Promise<Image> {
  const { setup } = spec
  const whole =
    setup === undefined ? image : await setUpImage(context, { ...spec, setup }, image, await labels)
  context.run.recorder.learn({ image: whole })
  return whole
}

async function baseImage(context: Context, spec: ContainerSpec, labels: Promise<LabelFacts>): Promise<Image> {
  const { toolchain } = spec
  if (toolchain === undefined || spec.build !== undefined)
    return inGroup(context, (listener) =>
      obtainImage(context, spec, labels, checking(context, spec, labels, listener)),
    )
  const found = await toolchainsOf(context.run, spec, toolchain)
  const [first, ...others] = found
  if (first !== undefined && others.length === 0) {
    const wanted = { reference: lockedReference(first.image, spec.digests), toolchain: first }
    return inGroup(context, (listener) =>
      obtainNamed(context, spec, wanted, checking(context, spec, labels, listener)),
    )
  }
  const pull = (reference: string) =>
    inGroup(context, (listener) => obtainNamed(context, spec, { reference, toolchain: null }, listener))
  const whole = { ...spec, file: 'composed.Dockerfile' }
  const image = await composeImage(context, whole, found, await labels, pull)
  const { reference } = image
  await learnWanted(context, { reference, toolchain: jointly(toolchain, found, reference) })
  return image
}

/** The image is checked before it is used, where that is asked for or it is new. */
const checking = (
  context: Context,
  spec: ContainerSpec,
  labels: Promise<LabelFacts>,
  listener: Grouped,
): ImageListener => ({
  ...listener,
  async had(image, isNew) {
    listener.end()
    context.run.recorder.learn({ image })
    if (spec.check ?? isNew) await checkImage(context, spec, image, await labels)
  },
})

/** Hears of a pull, with what ends the group of its lines. */
type Grouped = ImageListener & { end(): void }

/** What a pull has to say is in a group, which is there only where it says something. */
async function inGroup(context: Context, work: (listener: Grouped) => Promise<Image>): Promise<Image> {
  const { line, end } = lazyGroup(() => `Pulling ${context.run.recorder.record.container.image}`)
  try {
    return await work({ line, end, wanted: (facts) => learnWanted(context, facts) })
  } finally {
    end()
  }
}

async function learnWanted({ run: { recorder } }: Context, wanted: ImageFacts): Promise<void> {
  recorder.learn({ wanted })
  await recorder.keep()
}

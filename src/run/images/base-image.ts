import * as runner from '../../github/runner.ts'
import type { FeatureGround } from '../../image/derived/features.ts'
import type { Feature } from '../../image/devcontainer/features/collect.ts'
import type { Image } from '../../image/image.ts'
import { jointly } from '../../image/toolchain.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { ImageFacts } from '../../record/facts.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { lockedReference } from '../../task/locked.ts'
import type { Context } from '../context/context.ts'
import { type ImageListener, obtainImage, obtainNamed, toolchainsOf } from './pull-image.ts'

/** The image with the doings of the set-up script, where there is one. */
export async function withSetup(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  labels: Promise<LabelFacts>,
): Promise<Image> {
  const { recorder } = context.run
  const { setup } = spec
  if (setup === undefined) {
    recorder.learn({ image })
    return image
  }
  const { setUpImage } = await import('./setup-image.ts')
  const whole = await setUpImage(context, { ...spec, setup }, image, await labels)
  recorder.learn({ image: whole.image, made: [whole.made] })
  return whole.image
}

/** The image with the features of a development container, where there are some. */
export async function withFeatures(
  context: Context,
  features: readonly Feature[],
  image: Image,
  ground: FeatureGround,
  labels: LabelFacts,
): Promise<Image> {
  if (features.length === 0) return image
  const { installFeatures } = await import('./install-features.ts')
  const whole = await installFeatures(context, features, image, ground, labels)
  context.run.recorder.learn({ made: [whole.made] })
  return whole.image
}

/** The image that a task names by itself or by its toolchains: pulled where it has to be, composed of several, or built. */
export async function baseImage(
  context: Context,
  spec: ContainerSpec,
  labels: Promise<LabelFacts>,
): Promise<Image> {
  const { toolchain } = spec
  if (toolchain === undefined || spec.build !== undefined) {
    const { image, made } = await inGroup(context, (listener) =>
      obtainImage(context, spec, labels, checking(context, spec, labels, listener)),
    )
    if (made !== null) context.run.recorder.learn({ made: [made] })
    return image
  }
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
  const { composeImage } = await import('./compose-image.ts')
  const { image, made } = await composeImage(context, whole, found, await labels, pull)
  context.run.recorder.learn({ made: [made] })
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
    if (!(spec.check ?? isNew)) return
    const { checkImage } = await import('./check-image.ts')
    await checkImage(context, spec, image, await labels)
  },
})

/** Called with the news of a pull, and with what ends the group of its lines. */
type Grouped = ImageListener & { end(): void }

/** What a pull has to say is in a group, which is there only where it says something. */
async function inGroup<T>(context: Context, work: (listener: Grouped) => Promise<T>): Promise<T> {
  let reference = ''
  const { line, end } = lazyGroup(() => `Pulling ${reference}`)
  const wanted = (facts: ImageFacts) => {
    reference = facts.reference
    return learnWanted(context, facts)
  }
  try {
    return await work({ line, end, wanted })
  } finally {
    end()
  }
}

/** Puts into the record what image is wanted, and by what. */
export async function learnWanted({ run: { recorder } }: Context, wanted: ImageFacts): Promise<void> {
  recorder.learn({ wanted })
  await recorder.keep()
}

/** A group that is there only where it has lines. */
function lazyGroup(title: () => string) {
  let open = false
  return {
    line(line: string) {
      if (!open) runner.startGroup(title())
      open = true
      runner.info(line)
    },
    end() {
      if (open) runner.endGroup()
    },
  }
}

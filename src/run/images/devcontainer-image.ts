import type { Image } from '../../image/image.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { DEVCONTAINER } from '../../task/devcontainer.ts'
import type { Context } from '../context/context.ts'
import { baseImage, learnWanted, withFeatures, withSetup } from './base-image.ts'
import { describedSpec, groundOf } from './devcontainer-spec.ts'

/** The image of a development container, with its features, and the task as its description makes it. */
export async function devcontainerImage(
  context: Context,
  given: ContainerSpec,
  labels: Promise<LabelFacts>,
): Promise<{ readonly image: Image; readonly spec: ContainerSpec }> {
  const found = await describedSpec(context, given)
  const { prelude, file, features, usersOn, values, specWith } = found.described
  const base = await baseImage(context, found.spec, labels)
  const { toolchain: requested = DEVCONTAINER } = given
  const toolchain = { requested, resolved: requested.trim(), image: base.reference, source: file }
  await learnWanted(context, { reference: base.reference, toolchain })
  const users = usersOn(await groundOf(context, base))
  const ground = { users, platform: found.spec.platform, values }
  const featured = await withFeatures(context, features, base, ground, await labels)
  const spec = { ...found.spec, ...specWith(await groundOf(context, featured)) }
  const image = await withSetup(context, spec, featured, labels)
  return { image: prelude === '' ? image : { ...image, prelude }, spec }
}

import { z } from 'zod'
import type { Labels } from '../../engine/labels.ts'
import { type Description, descriptionSchema } from './schema.ts'

/** What an image says of the containers that are made of it, where its makers left a description in it. */
export type Inherited = Pick<Description, 'containerUser' | 'remoteUser' | 'containerEnv' | 'remoteEnv'>

const partSchema = descriptionSchema.pick({
  containerUser: true,
  remoteUser: true,
  containerEnv: true,
  remoteEnv: true,
})
const labelSchema = z
  .union([z.array(partSchema), partSchema.transform((one) => [one])])
  .transform((parts) => parts.reduce(over, partSchema.parse({})))

/** One description over another. */
export const over = <Below extends Inherited>(below: Below, above: Inherited): Below => ({
  ...below,
  containerUser: above.containerUser ?? below.containerUser,
  remoteUser: above.remoteUser ?? below.remoteUser,
  containerEnv: { ...below.containerEnv, ...above.containerEnv },
  remoteEnv: { ...below.remoteEnv, ...above.remoteEnv },
})

/**
 * Reads the label `devcontainer.metadata` (containers.dev, "Image Metadata"), of which the last entry counts most.
 * @throws Error for a label that cannot be read
 */
export function inheritedOf(labels: Labels): Inherited {
  const label = labels['devcontainer.metadata']
  return label === undefined ? partSchema.parse({}) : labelSchema.parse(JSON.parse(label))
}

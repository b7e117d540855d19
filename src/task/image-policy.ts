import { z } from 'zod'
import { messageOf, TaskError } from '../errors.ts'
import { parseStructured } from '../formats/structured-text.ts'
import { isAllowedImage } from './image-name.ts'

/** A rule about images. */
type ImageRule = 'allowed-images' | 'require-digest'

/** What one owner asks of images. Several hold at the same time: none of them loosens another. */
export interface ImagePolicy {
  /** Patterns; null: any. */
  readonly images: readonly string[] | null
  /** Whether an image has to be named by its digest. */
  readonly requireDigest: boolean
  /** Where a rule of it stands, for the message. */
  readonly nameOf: (rule: ImageRule) => string
}

/** The policy that inputs of the workflow make. */
export const inputPolicy = (
  images: readonly string[] | undefined,
  requireDigest: boolean | undefined,
): ImagePolicy => ({
  images: images ?? null,
  requireDigest: requireDigest === true,
  nameOf: (rule) => `the input ${rule} of the workflow`,
})

/** What a policy holds against an image, as the end of a sentence that begins with it; null: nothing. */
export function imageFault(
  image: string | null,
  { images, requireDigest, nameOf }: ImagePolicy,
): string | null {
  if (images !== null && (image === null || !isAllowedImage(image, images)))
    return `is beyond ${nameOf('allowed-images')}; leave it out, or let ${image ?? 'an image'} be named there`
  if (requireDigest && (image === null || !PINNED.test(image)))
    return `names no digest, which ${nameOf('require-digest')} asks for; write NAME@sha256:…`
  return null
}

const PINNED = /@sha256:[0-9a-f]{64}$/

/**
 * Refuses an image that one of the policies is against, or what comes as images do.
 * @throws TaskError ACODE-CTN-011
 */
export function refuseImage(image: string, policies: readonly ImagePolicy[], kind = 'image'): void {
  const faults = policies.map((policy) => imageFault(image, policy)).filter((fault) => fault !== null)
  if (faults.length > 0)
    throw new TaskError(
      'ACODE-CTN-011',
      `The ${kind} is refused: ${faults.map((one) => `${image} ${one}`).join(', and ')}.`,
    )
}

const patterns = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(/\r?\n/))])
  .transform((all) => all.map((pattern) => pattern.trim()).filter((pattern) => pattern !== ''))
const fileSchema = z.strictObject({
  'allowed-images': patterns.optional(),
  'require-digest': z.boolean().default(false),
})

/**
 * Reads a policy file. One with a key that is not known is not valid: a slip of the pen would loosen it.
 * @param name what the file is called when an image is refused
 * @throws TaskError ACODE-CTN-006
 */
export async function readPolicyFile(name: string, text: string): Promise<ImagePolicy> {
  try {
    const read = fileSchema.parse((await parseStructured(text)) ?? {})
    return {
      images: read['allowed-images'] ?? null,
      requireDigest: read['require-digest'],
      nameOf: (rule) => `${rule} in ${name}`,
    }
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new TaskError(
      'ACODE-CTN-006',
      `The policy in ${name} is not valid: ${what}. It may have allowed-images, a list of patterns, and require-digest, true or false.`,
    )
  }
}

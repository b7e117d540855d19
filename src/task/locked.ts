/** Digests by the references of images, as a lock file has them. */
export type Digests = Readonly<Record<string, string>>

/** The form of a digest. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/

/**
 * An image by the digest that is locked for it (IMX-3): `node:22@sha256:…`. As it is when there is none, or when it
 * names one itself.
 */
export const lockedReference = (image: string, digests: Digests): string => {
  const digest = Object.hasOwn(digests, image) ? digests[image] : undefined
  return digest === undefined || image.includes('@') ? image : `${image}@${digest}`
}

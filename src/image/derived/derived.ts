import { createHash } from 'node:crypto'
import type { ListedImage } from '../../engine/image-answers.ts'
import { splitReference } from '../../engine/registry/image-reference.ts'

/** What an image of ours is made for: several toolchains in one, or features or a set-up script on top of another. */
const DERIVED_KINDS = ['composed', 'features', 'setup'] as const
/** One of {@link DERIVED_KINDS}. */
export type DerivedKind = (typeof DERIVED_KINDS)[number]

/** Labels of the images that are made here. Containers have them too, and none of them says whose a container is. */
export const IMAGE_LABEL = {
  /** The kind. */
  kind: 'acode.image',
  key: 'acode.image.key',
  /** `building` until it is whole, then `finished`: an image built on a finished one inherits that. */
  state: 'acode.image.state',
  /** Who builds it, as in `acode.owner`. */
  owner: 'acode.image.owner',
  /** What each tool said of its version, as JSON. */
  tools: 'acode.image.tools',
} as const

/** Half a SHA-256 of what an image is made from: the same content is the same image. */
export const contentKey = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)

/** The name of a finished image. */
export const derivedName = (kind: DerivedKind, key: string): string => `acode-${kind}:${key}`

/** The name of the same image before it is finished. */
export const unfinishedName = (kind: DerivedKind, key: string): string => `${derivedName(kind, key)}-new`

/** True for an image that is not whole: no user has ever had it. Without a name, or with that of an unfinished one. */
export function isUnfinished({ labels, names }: Pick<ListedImage, 'labels' | 'names'>): boolean {
  const kind = kindOf(labels[IMAGE_LABEL.kind])
  const key = labels[IMAGE_LABEL.key] ?? ''
  if (kind === null || labels[IMAGE_LABEL.state] !== 'building') return false
  return names.every((name) => name === unfinishedName(kind, key))
}

/** The name of a finished image of ours, by which it can be removed; null for all others, those that others made of it among them. */
export function finishedName({ labels, names }: Pick<ListedImage, 'labels' | 'names'>): string | null {
  const kind = kindOf(labels[IMAGE_LABEL.kind])
  if (kind === null || labels[IMAGE_LABEL.state] !== 'finished') return null
  const own = derivedName(kind, labels[IMAGE_LABEL.key] ?? '')
  return names.includes(own) ? own : null
}

const kindOf = (text: string | undefined): DerivedKind | null =>
  DERIVED_KINDS.find((kind) => kind === text) ?? null

/** A reference that always means the same content, where its registry has a digest for it. */
export function pinned(reference: string, digest: string | null): string {
  if (digest === null || reference.includes('@')) return reference
  const { repository, tag } = splitReference(reference)
  return tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}@${digest}`
}

/** A Dockerfile with labels in each of its stages: what a build leaves half-made is known by them. */
export function withLabels(dockerfile: string, labels: Readonly<Record<string, string>>): string {
  const line = labelLine(labels)
  return dockerfile.replace(/^FROM .*$/gm, (from) => `${from}\n${line}`)
}

/** An instruction `LABEL`. */
export const labelLine = (labels: Readonly<Record<string, string>>): string =>
  `LABEL ${Object.entries(labels)
    .map(([key, value]) => `${key}=${quoted(value)}`)
    .join(' ')}`

/** A value as instructions of a Dockerfile take it: nothing in it is filled in. */
export const quoted = (value: string): string => `"${value.replace(/["\\$]/g, '\\$&').replaceAll('\n', ' ')}"`

import { posix } from 'node:path'
import { RegistryError } from '../../../engine/registry/registry-http.ts'
import { imagePlace, isThisMachine } from '../../../engine/registry/registry-place.ts'
import { TaskError } from '../../../errors.ts'
import { containerSchema } from '../../../task/contract.ts'

/** Where a feature is (containers.dev, "Referencing a Feature"). */
export type FeatureReference = {
  /** What it is called by others: without a version. */
  readonly id: string
  /** The tag or digest of it; empty when it has none. */
  readonly version: string
} & (
  | { readonly kind: 'registry'; readonly reference: string }
  | { readonly kind: 'archive'; readonly url: string }
  /** Below the workspace. */
  | { readonly kind: 'folder'; readonly path: string }
)

const imageSchema = containerSchema.shape.image

/**
 * Reads the reference of a feature.
 * @param file the description that it is in, below the workspace: folders are named relative to that
 * @throws TaskError ACODE-CTN-006
 */
export function featureReference(written: string, file: string): FeatureReference {
  if (/^\.\.?\//.test(written)) return folderOf(written, file)
  if (/^https?:\/\//i.test(written)) return archiveOf(written)
  return ofRegistry(written)
}

/** The name of a feature without its version, as `installsAfter` and `overrideFeatureInstallOrder` have it. */
export const unversioned = (written: string): string => {
  const [name = ''] = written.split('@')
  return /^(https?:|\.)/i.test(name) ? written : name.replace(/:[^/:]*$/, '').toLowerCase()
}

function folderOf(written: string, file: string): FeatureReference {
  const path = posix.join(posix.dirname(file), written)
  if (path.startsWith('..')) throw wrong(written, 'it leads out of the workspace')
  return { kind: 'folder', id: `./${posix.normalize(written)}`, version: '', path }
}

function archiveOf(written: string): FeatureReference {
  const url = URL.parse(written)
  if (url === null) throw wrong(written, 'it is no address')
  if (url.protocol !== 'https:' && !isThisMachine(url.hostname)) throw wrong(written, 'it is not https')
  if (url.username !== '' || url.password !== '')
    throw wrong(written, 'an address may not have a login in it')
  return { kind: 'archive', id: url.href, version: '', url: url.href }
}

function ofRegistry(written: string): FeatureReference {
  const id = unversioned(written)
  const version = written.slice(id.length)
  const [host = '', ...path] = id.split('/')
  const reference = `${id}${version}`
  if (path.length === 0 || !/[.:]|^localhost$/.test(host)) throw wrong(written, 'it names no registry')
  if (imageSchema.safeParse(reference).error || !isPlace(reference))
    throw wrong(written, 'it is no reference')
  return { kind: 'registry', id, version: version.replace(/^[:@]/, '') || 'latest', reference }
}

/** A name that a registry would be asked by for something else is none, before policies judge it. */
function isPlace(reference: string): boolean {
  try {
    imagePlace(reference)
    return true
  } catch (error) {
    if (error instanceof RegistryError) return false
    throw error
  }
}

const wrong = (written: string, why: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The feature ${written} cannot be had: ${why}. Write HOST/NAMESPACE/NAME:VERSION (ghcr.io/devcontainers/features/node:1), ./FOLDER, or the https address of its archive.`,
  )

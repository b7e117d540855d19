import { TaskError } from '../../../errors.ts'
import type { FeatureFile } from './files.ts'
import { type FeatureMetadata, optionVariables } from './metadata.ts'
import { type FeatureReference, featureReference } from './reference.ts'

/** What a reference leads to. */
export interface FetchedFeature {
  /** Names its content: of the manifest, the archive, or the files. */
  readonly digest: string
  readonly metadata: FeatureMetadata
  readonly files: readonly FeatureFile[]
}

/** A feature that is to be installed. */
export interface Feature extends FetchedFeature {
  /** As it was written. */
  readonly written: string
  readonly reference: FeatureReference
  /** The options that it is given. */
  readonly options: Readonly<Record<string, string>>
  /** The variables with which it is installed. */
  readonly variables: Readonly<Record<string, string>>
  /** Tells it from others: the same content with the same options is the same feature. */
  readonly key: string
  /** Keys of those that it depends on; they are installed before it. */
  readonly dependencies: readonly string[]
}

/** Features by their references, with the options that they are given. */
export type AskedFeatures = Readonly<Record<string, Readonly<Record<string, string>>>>

/** More are none that anybody wants, but such as depend on each other without an end. */
const MOST_FEATURES = 64

/**
 * All features that are to be installed: those that are asked for, and what they depend on.
 * @param file the description that asks for them, below the workspace
 * @param fetch is asked once for each reference
 * @throws TaskError ACODE-CTN-006 for a reference or an option that is wrong; what `fetch` throws
 */
export async function collectFeatures(
  asked: AskedFeatures,
  file: string,
  fetch: (reference: FeatureReference, written: string) => Promise<FetchedFeature>,
): Promise<Feature[]> {
  const fetched = new Map<string, Promise<FetchedFeature>>()
  const found = new Map<string, Omit<Feature, 'dependencies'>>()
  const dependencies = new Map<string, readonly string[]>()

  const add = async (written: string, options: Feature['options']): Promise<string> => {
    const reference = featureReference(written, file)
    const fetching = fetched.get(written) ?? fetch(reference, written)
    fetched.set(written, fetching)
    const { digest, metadata, files } = await fetching
    const key = JSON.stringify([reference.kind === 'folder' ? reference.id : '', digest, sorted(options)])
    if (found.has(key)) return key
    if (found.size === MOST_FEATURES) throw tooMany()
    const variables = optionVariables(metadata, options)
    found.set(key, { written, reference, options, variables, key, digest, metadata, files })
    dependencies.set(key, await addAll(metadata.dependsOn))
    return key
  }
  const addAll = (features: AskedFeatures): Promise<string[]> =>
    Promise.all(Object.entries(features).map(([written, options]) => add(written, options)))

  await addAll(asked)
  return [...found.values()].map((one) => ({ ...one, dependencies: dependencies.get(one.key) ?? [] }))
}

const sorted = (options: Feature['options']) => Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))

const tooMany = (): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The features of the development container are more than ${MOST_FEATURES}, with those that they depend on. Take out what is not needed.`,
  )

import { TaskError } from '../../../errors.ts'
import { formatBytes } from '../../../formats/units.ts'
import { eachOf } from '../../../host/each-of.ts'
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
  /** The same content with the same options is the same feature, and has the same key. */
  readonly key: string
  /** Keys of those that it depends on; they are installed before it. */
  readonly dependencies: readonly string[]
}

/** Features by their references, with the options that they are given. */
export type AskedFeatures = Readonly<Record<string, Readonly<Record<string, string>>>>

/** No description needs more; features that depend on each other without an end would go on. */
const MOST_FEATURES = 64
/** How many bytes their files may have together, which are held in memory. */
const MOST_BYTES = 256 * 1024 * 1024
/** How many are fetched at the same time. */
const AT_ONCE = 3

/**
 * All features that are to be installed: those that are asked for, and what they depend on.
 * @param file the description that asks for them, below the workspace
 * @param fetch is asked once for each reference, and no more after a failure
 * @throws TaskError ACODE-CTN-006 for a reference or an option that is wrong, and when they are too many or too
 *   large; what `fetch` throws
 */
export async function collectFeatures(
  asked: AskedFeatures,
  file: string,
  fetch: (reference: FeatureReference, written: string) => Promise<FetchedFeature>,
): Promise<Feature[]> {
  const fetched = new Map<string, ReferencedFeature>()
  let bytes = 0
  for (let missing = Object.keys(asked); missing.length > 0; missing = notFetched(fetched)) {
    if (fetched.size + missing.length > MOST_FEATURES) throw tooMany()
    const references = missing.map((written) => ({ written, reference: featureReference(written, file) }))
    await eachOf(references, AT_ONCE, async ({ written, reference }) => {
      const feature = await fetch(reference, written)
      bytes += bytesIn(feature)
      if (bytes > MOST_BYTES) throw tooLarge()
      fetched.set(written, { ...feature, reference })
    })
  }
  return joined(asked, fetched)
}

type ReferencedFeature = FetchedFeature & Pick<Feature, 'reference'>

/** What features that were fetched depend on, and was not yet. */
function notFetched(fetched: ReadonlyMap<string, FetchedFeature>): string[] {
  const wanted = [...fetched.values()].flatMap(({ metadata }) => Object.keys(metadata.dependsOn))
  return [...new Set(wanted)].filter((written) => !fetched.has(written))
}

/** Each feature with each of the options that it is asked for with, once. */
function joined(asked: AskedFeatures, fetched: ReadonlyMap<string, ReferencedFeature>): Feature[] {
  const found = new Map<string, Omit<Feature, 'dependencies'>>()
  const dependencies = new Map<string, readonly string[]>()
  const addAll = (features: AskedFeatures): string[] =>
    Object.entries(features).flatMap(([written, options]) => {
      const feature = fetched.get(written)
      return feature === undefined ? [] : [add(written, options, feature)]
    })
  const add = (written: string, options: Feature['options'], feature: ReferencedFeature): string => {
    const { reference, digest, metadata } = feature
    const key = JSON.stringify([reference.kind === 'folder' ? reference.id : '', digest, sorted(options)])
    if (found.has(key)) return key
    if (found.size === MOST_FEATURES) throw tooMany()
    found.set(key, { ...feature, written, options, key, variables: optionVariables(metadata, options) })
    dependencies.set(key, addAll(metadata.dependsOn))
    return key
  }
  addAll(asked)
  return [...found.values()].map((one) => ({ ...one, dependencies: dependencies.get(one.key) ?? [] }))
}

const sorted = (options: Feature['options']) => Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))

const bytesIn = ({ files }: FetchedFeature): number =>
  files.reduce((sum, { content }) => sum + content.length, 0)

const tooMany = (): TaskError => tooMuch(String(MOST_FEATURES))
const tooLarge = (): TaskError => tooMuch(formatBytes(MOST_BYTES))
const tooMuch = (bound: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The features of the development container are more than ${bound}, with those that they depend on. Take out what is not needed.`,
  )

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRefusal } from '../../engine/errors.ts'
import { messageOf, TaskError } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import {
  type DerivedKind,
  derivedName,
  IMAGE_LABEL,
  labelLine,
  unfinishedName,
  withLabels,
} from '../../image/derived/derived.ts'
import { builderLine } from '../../image/derived/script-output.ts'
import { type Image, imageOfId } from '../../image/image.ts'
import { removeUnfinished } from '../../ownership/derived-images.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { Made } from '../../record/record-parts.ts'
import type { Context } from '../context/context.ts'
import { builderEnvironment } from './builder-environment.ts'
import { oncePerEngine } from './image-lock.ts'

/** What an image is made of by a Dockerfile of ours. */
export interface Recipe {
  readonly kind: DerivedKind
  /** By all that the image is made from. */
  readonly key: string
  /** What is done, for people: `Composing node@22 go@1.24`. */
  readonly title: string
  readonly dockerfile: string
  /** Fills the folder that the Dockerfile can copy from. */
  readonly context: (folder: string) => Promise<void>
  /** What it is built from, by name and as it was when the key was made. */
  readonly sources: readonly Pick<Image, 'reference' | 'id'>[]
  readonly platform: string | undefined
  /** Given each line of the builder besides the log. */
  readonly onLine?: (line: string) => void
  /** What is to be said of a build that failed. */
  readonly failed: (error: unknown) => unknown
  /** Tries the image before any task gets it; gives what each tool printed. */
  readonly test: (image: string) => Promise<Readonly<Record<string, string>>>
}

/** A finished image. */
interface Derived {
  readonly image: Image
  readonly layers: number
  readonly tools: Readonly<Record<string, string>>
  /** False when the engine had it. */
  readonly isBuilt: boolean
  /** How long it took to make; null when the engine had it. */
  readonly seconds: number | null
}

/** An image that was made or found for this run, and what the record has of that. */
export interface MadeImage {
  readonly image: Image
  readonly made: Made
}

/** What of an image its recipe says of it in the record. */
type MadeOf = Pick<Made, 'from' | 'dockerfile' | 'tools'>

/** An image for the record. */
export const madeOf = (
  kind: Made['kind'],
  { image, isBuilt, layers, seconds }: Omit<Derived, 'tools'>,
  of: MadeOf,
): Made => ({
  ...{ kind, image: image.reference, isBuilt, bytes: image.bytes, layers, ...of },
  ...(seconds !== null && { seconds }),
})

/**
 * The image of a recipe: the one that the engine has, else built, once for all tasks on the engine. Until it is
 * whole it has no name by which it is used; what is left of one whose builder was killed is known by its labels.
 * @throws TaskError ACODE-CTN-004
 */
export async function deriveImage(context: Context, labels: LabelFacts, recipe: Recipe): Promise<Derived> {
  const { kind, key, title, sources } = recipe
  let seconds: number | null = null
  const { value, isOwn } = await oncePerEngine<Found>(context, labels, {
    key,
    image: sources[0]?.id ?? '',
    what: `the image ${derivedName(kind, key)} (${title})`,
    made: () => findDerived(context, recipe),
    async make() {
      const begun = performance.now()
      const made = await build(context, labels, recipe)
      seconds = secondsSince(begun)
      return made
    },
  })
  const { image, layers } = value
  const how = isOwn ? 'was made' : 'is on this engine'
  runner.info(`The image ${image.reference} ${how}: ${formatBytes(image.bytes)} in ${layers} layers.`)
  return { ...value, isBuilt: isOwn, seconds }
}

type Found = Omit<Derived, 'isBuilt' | 'seconds'>

/** Seconds since a time of this process, as the record has them. */
export const secondsSince = (begun: number): number => Math.round(performance.now() - begun) / 1000

async function findDerived({ docker }: Context, { kind, key }: Recipe): Promise<Found | null> {
  const name = derivedName(kind, key)
  const found = await docker.images.find(name)
  if (found === null) return null
  const { [IMAGE_LABEL.state]: state, [IMAGE_LABEL.key]: own, [IMAGE_LABEL.tools]: tools } = found.labels
  if (state !== 'finished' || own !== key) return null
  // The time of its last use; an engine that does not keep it has the age of the image.
  await docker.images.tag(found.id, `acode-${kind}`, key).catch((error: unknown) => {
    if (!isRefusal(error)) throw error
  })
  return { image: await imageOfId(docker, found.id, name), layers: found.layers, tools: readTools(tools) }
}

function readTools(label = '{}'): Record<string, string> {
  try {
    const read: unknown = JSON.parse(label)
    return Object.fromEntries(Object.entries(read ?? {}).map(([name, value]) => [name, String(value)]))
  } catch {
    return {} // another version wrote it
  }
}

async function build(context: Context, labels: LabelFacts, recipe: Recipe): Promise<Found> {
  const { docker, run } = context
  const { kind, key } = recipe
  const own = { [IMAGE_LABEL.kind]: kind, [IMAGE_LABEL.key]: key }
  const building = {
    ...own,
    [IMAGE_LABEL.state]: 'building',
    [IMAGE_LABEL.owner]: JSON.stringify(labels.owner),
  }
  const unfinished = unfinishedName(kind, key)
  try {
    const first = withLabels(recipe.dockerfile, building)
    await buildOne(context, recipe, {
      title: recipe.title,
      name: unfinished,
      dockerfile: first,
      fill: recipe.context,
    })
    await requireSources(context, recipe)
    const tools = await recipe.test(unfinished)
    const finished = { ...own, [IMAGE_LABEL.state]: 'finished', [IMAGE_LABEL.tools]: JSON.stringify(tools) }
    const name = derivedName(kind, key)
    const last = `FROM ${unfinished}\n${labelLine(finished)}\n`
    await buildOne(context, recipe, { title: `Naming ${name}`, name, dockerfile: last })
  } finally {
    await removeUnfinished(docker, run.owner, key).catch((error: unknown) => runner.debug(messageOf(error)))
  }
  const made = await findDerived(context, recipe)
  if (made !== null) return made
  throw new TaskError(
    'ACODE-CTN-004',
    `The image ${derivedName(kind, key)} was built but the engine does not have it. Run the task again; something may have removed it.`,
  )
}

const LONGEST_LINE = 400

/** One run of the builder. */
interface Build {
  /** Of the group that its lines are in the log. */
  readonly title: string
  readonly name: string
  readonly dockerfile: string
  readonly fill?: Recipe['context']
}

async function buildOne(
  { docker, run, signals }: Context,
  recipe: Recipe,
  { title, name, dockerfile, fill }: Build,
): Promise<void> {
  const folder = join(run.folder.private, name.replace(/[^\w-]/g, '-'))
  const files = join(folder, 'files')
  await mkdir(files, { recursive: true })
  const path = join(folder, 'Dockerfile')
  await writeFile(path, dockerfile)
  await fill?.(files)
  const onLine = (printed: string) => {
    const line = builderLine(printed)
    // Builders repeat each instruction, however long it is.
    runner.info(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line)
    recipe.onLine?.(line)
  }
  runner.startGroup(title)
  try {
    const env = await builderEnvironment(run, folder)
    const builder = await docker.ownBuilder(env)
    await docker.build(
      { context: files, dockerfile: path, tag: name, builder, platform: recipe.platform },
      { env, signal: signals.cancel, onLine },
    )
  } catch (error) {
    throw recipe.failed(error)
  } finally {
    runner.endGroup()
  }
}

/** @throws TaskError ACODE-CTN-004 when a name stands for another image now than when the build began */
async function requireSources({ docker }: Context, { sources }: Recipe): Promise<void> {
  for (const { reference, id } of sources) {
    const found = await docker.images.find(reference)
    if (found !== null && found.id !== id)
      throw new TaskError(
        'ACODE-CTN-004',
        `The image ${reference} was replaced by another one while an image was built on it. Run the task again.`,
      )
  }
}

/** Keeps a Dockerfile in the record, for users who want to build the image elsewhere. */
export async function keepDockerfile({ run }: Context, name: string, text: string): Promise<string> {
  const { paths, redaction } = run.recorder
  const file = join(paths.run, '..', name)
  await writeFile(file, redaction.text(text))
  return `metadata/${name}`
}

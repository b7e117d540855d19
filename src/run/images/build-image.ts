import { randomBytes } from 'node:crypto'
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type EngineError, isRefusal, lacksBuildKit } from '../../engine/errors.ts'
import { splitReference } from '../../engine/registry/image-reference.ts'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { isWithin } from '../../host/files.ts'
import { isExported, planCache, readBuildCache } from '../../image/build/cache.ts'
import type { BuildRecipe } from '../../image/build/name.ts'
import { type Image, imageOfId } from '../../image/image.ts'
import { LABEL, type LabelFacts, labelsOf } from '../../ownership/labels.ts'
import type { Made } from '../../record/record-parts.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Context } from '../context/context.ts'
import type { Run } from '../context/open-run.ts'
import { pullCache, pushCache } from './build-cache.ts'
import { builderEnvironment } from './builder-environment.ts'
import { type MadeImage, madeOf, secondsSince } from './derive-image.ts'

/** What an image is built from. */
export type BuildSpec = BuildRecipe & Pick<ContainerSpec, 'buildArgs' | 'buildCache'>

/** An image that is to be built. */
interface Build {
  readonly spec: BuildSpec
  /** Of {@link buildName}. */
  readonly name: string
  /** What is labelled with that shows who builds it. */
  readonly labels: LabelFacts
  readonly signal: AbortSignal
  /** Is given the image, and whether it is another one than before. */
  readonly check: (image: Image, isNew: boolean) => Promise<void>
}

/**
 * The image of a Dockerfile of the workspace (IMG-1). What has not changed comes from the builder's layers. It has the
 * name only once it was checked, so that one which did not pass is checked again; until then it has one of this run
 * alone, for others may build from the same recipe at this moment.
 */
export async function buildImage(context: Context, build: Build): Promise<MadeImage> {
  const { docker } = context
  const { spec, name, signal, check } = build
  const before = await docker.images.find(name)
  const begun = performance.now()
  const claim = await claimName(context, build)
  try {
    const image = await builtBy(context, spec, name, claim.name, signal)
    const isNew = before?.id !== image.id
    const seconds = isNew ? secondsSince(begun) : null
    await check(image, isNew)
    const { repository, tag } = splitReference(name)
    if (isNew) await docker.images.tag(image.id, repository, tag)
    return { image, made: await madeBy(context, spec, { image, isBuilt: isNew, seconds }) }
  } finally {
    // What the engine does not let go of now goes with the claim at the run's end.
    await claim.owned.releaseQuietly()
  }
}

/** A name that only this run gives, until it is released: should we die, removing the claim removes it too. */
async function claimName({ docker, run, scope }: Context, { name, labels }: Build) {
  const id = randomBytes(4).toString('hex')
  const own = `${name}-unchecked-${id}`
  const claim = await docker.volumes.create(
    { ...labelsOf(labels, {}), [LABEL.builds]: own },
    `${run.identity.container}.build-${id}`,
  )
  const owned = scope.own(async () => {
    await docker.images.untag(own)
    await docker.volumes.remove(claim.name)
  })
  return { name: own, owned }
}

/** What the record has of the image. */
async function madeBy(
  { docker }: Context,
  spec: BuildSpec,
  built: { readonly image: Image; readonly isBuilt: boolean; readonly seconds: number | null },
): Promise<Made> {
  const layers = (await docker.images.find(built.image.id))?.layers ?? 0
  const dockerfile = join(spec.build, spec.dockerfile ?? 'Dockerfile')
  return madeOf('built', { ...built, layers }, { from: [], dockerfile })
}

async function builtBy(
  context: Context,
  spec: BuildSpec,
  name: string,
  ownName: string,
  signal: AbortSignal,
): Promise<Image> {
  const { docker, run } = context
  const folder = await insideOf(run, spec.build)
  const dockerfile = await insideOf(run, join(spec.build, spec.dockerfile ?? 'Dockerfile'))
  // Several may be built at once.
  const own = join(run.folder.private, `build-${randomBytes(4).toString('hex')}`)
  await mkdir(own, { mode: 0o700 })
  const idFile = join(own, 'image-id')
  const environment = await builderEnvironment(run, own)
  const inUse = await docker.builder(environment)
  const plan = planCache(readBuildCache(spec.buildCache), inUse, name.replace(':', '-'))
  // As `docker build` does it: the engine's own keeps its layers, and has the engine's images.
  const isChosen = isExported(plan.cache) || environment.BUILDX_BUILDER !== undefined
  const builder = isChosen ? inUse : await docker.ownBuilder(environment)
  if (plan.warning !== null) runner.warning(plan.warning, 'Build cache')
  const secrets = await writeSecrets(run, own)
  runner.startGroup(`Building ${spec.build} (${builder.kind === 'classic' ? 'classic builder' : 'BuildKit'})`)
  try {
    if (plan.image !== null) await pullCache(context, plan.image, signal)
    await docker.build(
      {
        ...{ context: folder, dockerfile, tag: ownName, builder, cache: plan.cache, secrets, idFile },
        ...{ platform: spec.platform, target: spec.buildTarget, args: spec.buildArgs },
      },
      { env: environment, signal, onLine: runner.info },
    )
    const image = await madeImage(context, (await readFile(idFile, 'utf8')).trim(), name, ownName)
    if (plan.image !== null) await pushCache(context, image.id, plan.image, signal)
    return image
  } catch (error) {
    throw buildError(error, spec)
  } finally {
    runner.endGroup()
  }
}

/** By the id that the builder wrote; some write that of what they sent, which is not what the engine calls it. */
async function madeImage({ docker }: Context, id: string, name: string, ownName: string): Promise<Image> {
  const found = (await docker.images.find(id)) ?? (await docker.images.find(ownName))
  return imageOfId(docker, found?.id ?? id, name)
}

/** @throws TaskError ACODE-CTN-006 when it is not there, ACODE-CTN-011 when a link leads out of the workspace */
async function insideOf({ paths: { workspace } }: Run, path: string): Promise<string> {
  const found = await realpath(join(workspace, path)).catch((error: unknown) => {
    throw new TaskError(
      'ACODE-CTN-006',
      `There is no ${path} below ${workspace}, from which the image is to be built: ${sentence(messageOf(error))} Check the repository out before this step, or correct build or dockerfile.`,
      { cause: error },
    )
  })
  const top = await realpath(workspace)
  if (isWithin(found, top)) return found
  throw new TaskError(
    'ACODE-CTN-011',
    `${path} leads out of the workspace, to ${relative(top, found)}: an image is built from files of the workspace alone.`,
  )
}

/** Secrets are files that only the runner's user may read, by their names; only builders that mount them take them. */
async function writeSecrets({ inputs }: Run, folder: string): Promise<Record<string, string>> {
  const secrets = Object.entries(inputs['build-secrets'] ?? {})
  if (secrets.length === 0) return {}
  const place = join(folder, 'build-secrets')
  await mkdir(place, { mode: 0o700 })
  for (const [name, value] of secrets) await writeFile(join(place, name), value, { mode: 0o600 })
  return Object.fromEntries(secrets.map(([name]) => [name, join(place, name)]))
}

function buildError(error: unknown, { build }: BuildSpec): unknown {
  if (!isRefusal(error) || (error.reason !== 'refused' && error.reason !== 'disk-full')) return error
  const last = error.message.split('\n').findLast((line) => line.trim() !== '') ?? ''
  return new TaskError(
    'ACODE-CTN-004',
    `The image of build: ${build} could not be built: ${sentence(last.trim())} The steps are above in the log. ${adviceFor(error)}`,
    { cause: error },
  )
}

function adviceFor(error: EngineError): string {
  if (error.reason === 'disk-full')
    return 'The engine’s disk is full: free space there, for instance with: docker system prune'
  return lacksBuildKit(error)
    ? 'Secrets of a build need BuildKit: install the plugin docker-buildx on the runner.'
    : 'Correct the Dockerfile, or what it builds from.'
}

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { EngineError } from '../engine/errors.ts'
import { messageOf, sentence, TaskError } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { isWithin } from '../host/files.ts'
import { type Image, imageOfId } from '../image/image.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { builderEnvironment } from './builder-environment.ts'
import type { Context } from './context.ts'
import type { Run } from './open-run.ts'

/** What an image is built from. */
export type BuildSpec = Pick<ContainerSpec, 'dockerfile' | 'buildTarget' | 'buildArgs' | 'platform'> & {
  readonly build: string
}

/**
 * The name under which the engine keeps the image of a recipe: one for each repository, context, Dockerfile, target
 * and platform. The image that a build replaces loses the name, and goes with `docker image prune`.
 */
export function buildName(
  repository: string,
  { build, dockerfile, buildTarget, platform }: BuildSpec,
): string {
  const recipe = JSON.stringify([repository, join(build), dockerfile, buildTarget, platform])
  return `acode-build:${createHash('sha256').update(recipe).digest('hex').slice(0, 16)}`
}

/** The image of a Dockerfile of the workspace (IMG-1). What has not changed comes from the builder's layer cache. */
export async function buildImage(
  { docker, run }: Pick<Context, 'docker' | 'run'>,
  spec: BuildSpec,
  name: string,
  signal: AbortSignal,
): Promise<Image> {
  const folder = await insideOf(run, spec.build)
  const dockerfile = await insideOf(run, join(spec.build, spec.dockerfile ?? 'Dockerfile'))
  // Several may be built at once.
  const own = join(run.folder.private, `build-${randomBytes(4).toString('hex')}`)
  await mkdir(own, { mode: 0o700 })
  const idFile = join(own, 'image-id')
  const options = [
    // The classic builder would keep the container of a step that failed.
    ...['--force-rm', '--file', dockerfile, '--tag', name, '--iidfile', idFile],
    ...option('--target', spec.buildTarget),
    ...option('--platform', spec.platform),
    ...Object.entries(spec.buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ...(await secretOptions(run, own)),
  ]
  const env = await builderEnvironment(run, own)
  runner.startGroup(`Building ${spec.build}`)
  try {
    await docker.build([...options, folder], { env, signal, onLine: runner.info })
  } catch (error) {
    throw buildError(error, spec)
  } finally {
    runner.endGroup()
  }
  return imageOfId(docker, (await readFile(idFile, 'utf8')).trim(), name)
}

const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value]

/** @throws TaskError ACODE-CTN-006 where it is not there, ACODE-CTN-011 where a link leads out of the workspace */
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

/** Secrets are files that only the runner's user may read, and only builders that mount them take them. */
async function secretOptions({ inputs }: Run, folder: string): Promise<string[]> {
  const secrets = Object.entries(inputs['build-secrets'] ?? {})
  if (secrets.length === 0) return []
  const place = join(folder, 'build-secrets')
  await mkdir(place, { mode: 0o700 })
  for (const [name, value] of secrets) await writeFile(join(place, name), value, { mode: 0o600 })
  return secrets.flatMap(([name]) => ['--secret', `id=${name},src=${join(place, name)}`])
}

function buildError(error: unknown, { build }: BuildSpec): unknown {
  if (!(error instanceof EngineError) || error.reason !== 'refused') return error
  const last = error.message.split('\n').findLast((line) => line.trim() !== '') ?? ''
  return new TaskError(
    'ACODE-CTN-004',
    `The image of build: ${build} could not be built: ${sentence(last.trim())} The steps are above in the log. ${adviceFor(error.message)}`,
    { cause: error },
  )
}

const adviceFor = (message: string): string =>
  /--secret|requires? BuildKit/i.test(message)
    ? 'Secrets of a build need BuildKit: install the plugin docker-buildx on the runner.'
    : 'Correct the Dockerfile, or what it builds from.'

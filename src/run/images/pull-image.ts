import { folderInWorkspace } from '../../container/workdir.ts'
import { TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { buildName } from '../../image/build/name.ts'
import { findToolchains } from '../../image/find-toolchain.ts'
import { ensureImage, type Image } from '../../image/image.ts'
import type { ResolvedToolchain } from '../../image/toolchain.ts'
import { findToolchainsFile } from '../../image/toolchains-file.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { ImageFacts } from '../../record/facts.ts'
import type { Made } from '../../record/record-parts.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { type ImagePolicy, imageFault, inputPolicy, refuseImage } from '../../task/image-policy.ts'
import { lockedReference } from '../../task/locked.ts'
import { machinePolicy } from '../../task/machine-policy.ts'
import type { Context } from '../context/context.ts'
import type { Run } from '../context/open-run.ts'
import { authFor } from './auth-for.ts'
import type { BuildSpec } from './build-image.ts'

/** What names an image: a task's, or a service's. */
type ImageSpec = Pick<
  ContainerSpec,
  | ('image' | 'toolchain' | 'build' | 'dockerfile' | 'buildTarget' | 'buildArgs' | 'buildCache' | 'digests')
  | ('pull' | 'platform' | 'workdir' | 'workspacePath')
>

/** Called with the news of an image on its way. */
export interface ImageListener {
  /** Before anything is asked for. */
  wanted(facts: ImageFacts): Promise<void>
  /** Each line that a pull has to say. */
  line(line: string): void
  /** The image, before it is used. `isNew`: it was built, and is another one than before. */
  had?(image: Image, isNew: boolean): Promise<void>
  /** Aborted when it is no longer wanted; default: when the job is cancelled. */
  readonly signal?: AbortSignal
}

/** An image, and what the record has of its making; null for one that was pulled. */
export interface Obtained {
  readonly image: Image
  readonly made: Made | null
}

/**
 * An image that is named, pulled where it has to be, or built. What toolchains lead to is `toolchainsOf`.
 * @param labels what shows who builds it
 * @throws TaskError ACODE-CTN-011 when a policy is against it
 */
export async function obtainImage(
  context: Context,
  spec: ImageSpec,
  labels: Promise<LabelFacts>,
  listener: ImageListener,
): Promise<Obtained> {
  if (spec.build !== undefined)
    return builtImage(context, { ...spec, build: spec.build }, await labels, listener)
  const reference = lockedReference(spec.image ?? '', spec.digests)
  const image = await obtainNamed(context, spec, { reference, toolchain: null }, listener)
  return { image, made: null }
}

/**
 * An image whose name is known, pulled where it has to be.
 * @throws TaskError ACODE-CTN-011 when a policy is against it
 */
export async function obtainNamed(
  { docker, run, signals }: Context,
  spec: Pick<ImageSpec, 'pull' | 'platform'>,
  wanted: ImageFacts,
  listener: ImageListener,
): Promise<Image> {
  const { signal = signals.cancel } = listener
  await listener.wanted(wanted)
  const { reference } = wanted
  refuseImage(reference, await policiesOf(run))
  const image = await ensureImage(docker, {
    reference,
    pull: spec.pull,
    platform: spec.platform,
    auth: () => authFor(reference, run, signal),
    signal,
    onProgress: listener.line,
  })
  await listener.had?.(image, false)
  return image
}

/** @throws TaskError ACODE-CTN-011 when a policy bounds images: what a Dockerfile builds from is not known to it */
async function builtImage(
  context: Context,
  spec: BuildSpec,
  labels: LabelFacts,
  listener: ImageListener,
): Promise<Obtained> {
  const { run, signals } = context
  const { signal = signals.cancel } = listener
  for (const policy of await policiesOf(run)) {
    const fault = imageFault(null, policy)
    if (fault !== null)
      throw new TaskError('ACODE-CTN-011', `build: ${spec.build} is refused: what it builds from ${fault}.`)
  }
  const name = buildName(run.env.GITHUB_REPOSITORY ?? '', spec)
  await listener.wanted({ reference: name, toolchain: null })
  const check = async (image: Image, isNew: boolean) => listener.had?.(image, isNew)
  const { buildImage } = await import('./build-image.ts')
  return buildImage(context, { spec, name, labels, signal, check })
}

/** All that is asked of images here: by the workflow, and by the machine's owner. */
export async function policiesOf({ inputs, env }: Run): Promise<ImagePolicy[]> {
  const machine = await machinePolicy(env)
  return [inputPolicy(inputs['allowed-images'], inputs['require-digest']), ...(machine ? [machine] : [])]
}

/**
 * The toolchains that a text names, each with its image.
 * @throws TaskError when there is no such toolchain
 */
export async function toolchainsOf(
  { inputs, paths }: Run,
  { workdir, workspacePath }: Pick<ImageSpec, 'workdir' | 'workspacePath'>,
  toolchain: string,
): Promise<ResolvedToolchain[]> {
  const { workspace } = paths
  const file = await findToolchainsFile(inputs['toolchains-file'], workspace)
  const folder = folderInWorkspace(workdir, workspacePath ?? workspace)
  const found = await findToolchains(toolchain, file, { workspace, folder })
  for (const { source, resolved } of found)
    if (source !== 'catalog') runner.info(`The toolchain is ${resolved}, from ${source}.`)
  return found
}

import { folderInWorkspace } from '../container/workdir.ts'
import { registryKey, registryOf } from '../engine/image-reference.ts'
import { configuredAuth, type RegistryAuth } from '../engine/registry-auth.ts'
import { TaskError } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { DEVCONTAINER, findToolchains } from '../image/find-toolchain.ts'
import { ensureImage, type Image } from '../image/image.ts'
import { jointly, type ResolvedToolchain } from '../image/toolchain.ts'
import { findToolchainsFile } from '../image/toolchains-file.ts'
import type { LabelFacts } from '../ownership/labels.ts'
import type { ImageFacts } from '../record/facts.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { type ImagePolicy, imageFault, inputPolicy, refuseImage } from '../task/image-policy.ts'
import { machinePolicy } from '../task/machine-policy.ts'
import { type BuildSpec, buildImage, buildName } from './build-image.ts'
import { composeImage } from './compose-image.ts'
import type { Context } from './context.ts'
import { describedSpec, wholeSpec } from './devcontainer-spec.ts'
import type { Run } from './open-run.ts'
import { setUpImage } from './setup-image.ts'

/** A task with the image that it runs in. */
export interface Imaged {
  readonly image: Image
  /** The task, with what a development container's description adds to it. */
  readonly spec: ContainerSpec
}

/**
 * The image of the task: by name or toolchain, pulled where it has to be, composed of several, or built; and with its
 * set-up.
 * @param labels what all is labelled with that is made for it
 */
export async function pullImage(
  context: Context,
  given: ContainerSpec,
  labels: Promise<LabelFacts>,
): Promise<Imaged> {
  if (given.toolchain?.trim() === DEVCONTAINER) return devcontainerImage(context, given, labels)
  const image = await baseImage(context, given, labels)
  return { image: await withSetup(context, given, image, labels), spec: given }
}

async function devcontainerImage(
  context: Context,
  given: ContainerSpec,
  labels: Promise<LabelFacts>,
): Promise<Imaged> {
  const found = await describedSpec(context.run, given)
  const { prelude, file } = found.described
  const base = await baseImage(context, found.spec, labels)
  const toolchain = { requested: DEVCONTAINER, resolved: DEVCONTAINER, image: base.reference, source: file }
  await learnWanted(context, base.reference, toolchain)
  const spec = await wholeSpec(context, found, base.id)
  const image = await withSetup(context, spec, base, labels)
  return { image: prelude === '' ? image : { ...image, prelude }, spec }
}

/** The image with the doings of the set-up script, where there is one. */
async function withSetup(
  context: Context,
  spec: ContainerSpec,
  image: Image,
  labels: Promise<LabelFacts>,
): Promise<Image> {
  const { setup } = spec
  const whole =
    setup === undefined ? image : await setUpImage(context, { ...spec, setup }, image, await labels)
  context.run.recorder.learn({ image: whole })
  return whole
}

async function baseImage(context: Context, spec: ContainerSpec, labels: Promise<LabelFacts>): Promise<Image> {
  if (spec.build !== undefined) return builtImage(context, { ...spec, build: spec.build })
  if (spec.toolchain === undefined) return namedImage(context, spec, spec.image ?? '')
  const found = await toolchainsOf(context.run, spec, spec.toolchain)
  const [first, ...others] = found
  if (first !== undefined && others.length === 0) return namedImage(context, spec, first.image, first)
  // All of them are judged before the first is pulled.
  const policies = await policiesOf(context.run)
  for (const { image } of found) refuseImage(image, policies)
  const pull = (reference: string) => pulledImage(context, spec, reference)
  const image = await composeImage(context, spec, found, await labels, pull)
  await learnWanted(context, image.reference, jointly(spec.toolchain, found, image.reference))
  return image
}

async function namedImage(
  context: Context,
  spec: ContainerSpec,
  reference: string,
  toolchain: ImageFacts['toolchain'] = null,
): Promise<Image> {
  await learnWanted(context, reference, toolchain)
  refuseImage(reference, await policiesOf(context.run))
  return pulledImage(context, spec, reference)
}

async function learnWanted(
  { run: { recorder } }: Context,
  reference: string,
  toolchain: ImageFacts['toolchain'],
): Promise<void> {
  recorder.learn({ wanted: { reference, toolchain } })
  await recorder.keep()
}

async function pulledImage(
  { docker, run, signals }: Context,
  { pull, platform }: ContainerSpec,
  reference: string,
): Promise<Image> {
  const group = lazyGroup(`Pulling ${reference}`)
  try {
    return await ensureImage(docker, {
      ...{ reference, pull, platform },
      auth: () => authFor(registryOf(reference), run, signals.cancel),
      signal: signals.cancel,
      onProgress: group.line,
    })
  } finally {
    group.end()
  }
}

/** @throws TaskError ACODE-CTN-011 where a policy bounds images: what a Dockerfile builds from is not known to it */
async function builtImage(context: Context, spec: BuildSpec): Promise<Image> {
  const { run } = context
  for (const policy of await policiesOf(run)) {
    const fault = imageFault(null, policy)
    if (fault !== null)
      throw new TaskError('ACODE-CTN-011', `build: ${spec.build} is refused: what it builds from ${fault}.`)
  }
  const reference = buildName(run.env.GITHUB_REPOSITORY ?? '', spec)
  run.recorder.learn({ wanted: { reference, toolchain: null } })
  return buildImage(context, spec, reference)
}

/** All that is asked of images here: by the workflow, and by the machine's owner. */
async function policiesOf({ inputs, env }: Run): Promise<ImagePolicy[]> {
  const machine = await machinePolicy(env)
  return [inputPolicy(inputs['allowed-images'], inputs['require-digest']), ...(machine ? [machine] : [])]
}

/** The login of this run for a registry, else that of the machine. */
async function authFor(
  registry: string,
  { inputs, env }: Run,
  signal: AbortSignal,
): Promise<RegistryAuth | null> {
  const own = [...(inputs.registries ?? [])].find(([host]) => registryKey(host) === registry)
  return own ? own[1] : configuredAuth(registry, env, signal)
}

/** @throws TaskError where there is no such toolchain */
async function toolchainsOf(
  { inputs, paths }: Run,
  { workdir, workspacePath }: ContainerSpec,
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

/** A group that is there only where it has lines. */
function lazyGroup(title: string) {
  let open = false
  return {
    line(line: string) {
      if (!open) runner.startGroup(title)
      open = true
      runner.info(line)
    },
    end() {
      if (open) runner.endGroup()
    },
  }
}

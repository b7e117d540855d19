import { folderInWorkspace } from '../container/workdir.ts'
import { TaskError } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { findToolchain } from '../image/find-toolchain.ts'
import { ensureImage, type Image } from '../image/image.ts'
import { findToolchainsFile } from '../image/toolchains-file.ts'
import type { LabelFacts } from '../ownership/labels.ts'
import type { ImageFacts } from '../record/facts.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { type ImagePolicy, imageFault, inputPolicy, refuseImage } from '../task/image-policy.ts'
import { lockedReference } from '../task/locked.ts'
import { machinePolicy } from '../task/machine-policy.ts'
import { authFor } from './auth-for.ts'
import { type BuildSpec, buildImage, buildName } from './build-image.ts'
import { checkImage } from './check-image.ts'
import type { Context } from './context.ts'
import type { Run } from './open-run.ts'

/**
 * The image of the task, by name or toolchain, pulled where it has to be, or built; checked where that is asked for.
 * @param labels what all is labelled with that is made for it
 */
export async function pullImage(
  context: Context,
  spec: ContainerSpec,
  labels: Promise<LabelFacts>,
): Promise<Image> {
  const { docker, run, signals } = context
  const { recorder } = run
  if (spec.build !== undefined) return builtImage(context, { ...spec, build: spec.build }, labels)
  const wanted = await wantedImage(run, spec)
  recorder.learn({ wanted })
  await recorder.keep()
  const { reference } = wanted
  refuseImage(reference, await policiesOf(run))
  const group = lazyGroup(`Pulling ${reference}`)
  let image: Image
  try {
    image = await ensureImage(docker, {
      reference,
      pull: spec.pull,
      platform: spec.platform,
      auth: () => authFor(reference, run, signals.cancel),
      signal: signals.cancel,
      onProgress: group.line,
    })
  } finally {
    group.end()
  }
  recorder.learn({ image })
  if (spec.check === true) await checkImage(context, spec, image, await labels)
  return image
}

/** @throws TaskError ACODE-CTN-011 where a policy bounds images: what a Dockerfile builds from is not known to it */
async function builtImage(context: Context, spec: BuildSpec, labels: Promise<LabelFacts>): Promise<Image> {
  const { run } = context
  for (const policy of await policiesOf(run)) {
    const fault = imageFault(null, policy)
    if (fault !== null)
      throw new TaskError('ACODE-CTN-011', `build: ${spec.build} is refused: what it builds from ${fault}.`)
  }
  const reference = buildName(run.env.GITHUB_REPOSITORY ?? '', spec)
  run.recorder.learn({ wanted: { reference, toolchain: null } })
  const image = await buildImage(context, spec, reference, labels)
  run.recorder.learn({ image })
  return image
}

/** All that is asked of images here: by the workflow, and by the machine's owner. */
async function policiesOf({ inputs, env }: Run): Promise<ImagePolicy[]> {
  const machine = await machinePolicy(env)
  return [inputPolicy(inputs['allowed-images'], inputs['require-digest']), ...(machine ? [machine] : [])]
}

/** @throws TaskError where there is no such toolchain */
async function wantedImage({ inputs, paths }: Run, spec: ContainerSpec): Promise<ImageFacts> {
  const { image, toolchain } = spec
  if (toolchain === undefined)
    return { reference: lockedReference(image ?? '', spec.digests), toolchain: null }
  const { workspace } = paths
  const file = await findToolchainsFile(inputs['toolchains-file'], workspace)
  const folder = folderInWorkspace(spec.workdir, spec.workspacePath ?? workspace)
  const found = await findToolchain(toolchain, file, { workspace, folder })
  if (found.source !== 'catalog') runner.info(`The toolchain is ${found.resolved}, from ${found.source}.`)
  return { reference: lockedReference(image ?? found.image, spec.digests), toolchain: found }
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

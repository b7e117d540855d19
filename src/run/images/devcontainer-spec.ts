import { z } from 'zod'
import { PASSED } from '../../container/environment.ts'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { variablesOf } from '../../image/compose/environment.ts'
import {
  type DescribedTask,
  describedTask,
  type ImageGround,
  requireDoable,
} from '../../image/devcontainer/described-task.ts'
import { inheritedOf } from '../../image/devcontainer/inherited.ts'
import { readDescription } from '../../image/devcontainer/read.ts'
import type { Image } from '../../image/image.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { devcontainerIn } from '../../task/devcontainer.ts'
import type { Context } from '../context/context.ts'
import { fetchFeatures } from './fetch-features.ts'

/** A task with what the workspace's development container says of its image, and the rest of that. */
interface DescribedSpec {
  readonly spec: ContainerSpec
  readonly described: DescribedTask
}

/**
 * What the workspace's development container makes of a task, as far as its image.
 * @throws TaskError ACODE-CTN-006, and when a feature of it cannot be had
 */
export async function describedSpec(context: Context, task: ContainerSpec): Promise<DescribedSpec> {
  const { env, paths } = context.run
  const read = await readDescription(paths.workspace, devcontainerIn(task.toolchain)?.name)
  requireDoable(read)
  runner.info(`The image is that of ${read.file}.`)
  const passed = new Set(PASSED)
  const described = describedTask(read, task, {
    workspace: paths.workspace,
    features: await fetchFeatures(context, read, task.digests),
    // A file of the repository gets no more of the runner's variables than a task does.
    local: (name) => (passed.has(name) ? env[name] : undefined),
  })
  if (described.leftOut.length > 0)
    runner.warning(
      `Left out of ${described.file} is what is not done here: ${described.leftOut.join(', ')}. docs/toolchains.md says what is.`,
      'Development container',
    )
  const { toolchain: _, ...others } = task
  return { described, spec: { ...others, ...described.source } }
}

/** What an image that is there brings to its description. */
export async function groundOf({ docker }: Context, { id, reference }: Image): Promise<ImageGround> {
  const { env = [], user = '', labels = {} } = (await docker.images.find(id)) ?? {}
  try {
    return { variables: variablesOf(env), user, inherited: inheritedOf(labels) }
  } catch (error) {
    throw new TaskError(
      'ACODE-CTN-004',
      `The label devcontainer.metadata of ${reference} cannot be read: ${sentence(error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error))} Choose another version of the image, or build one on it with the label corrected.`,
      { cause: error },
    )
  }
}

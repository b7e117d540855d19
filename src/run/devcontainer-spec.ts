import { PASSED } from '../container/environment.ts'
import * as runner from '../github/runner.ts'
import { variablesOf } from '../image/compose/environment.ts'
import { type DescribedTask, describedTask, requireDoable } from '../image/devcontainer/described-task.ts'
import { readDescription } from '../image/devcontainer/read.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { devcontainerIn } from '../task/devcontainer.ts'
import type { Context } from './context.ts'
import { fetchFeatures } from './fetch-features.ts'

/** A task with what the workspace's development container says of its image, and the rest of that. */
export interface DescribedSpec {
  readonly spec: ContainerSpec
  readonly described: DescribedTask
}

/**
 * What the workspace's development container makes of a task, as far as its image.
 * @throws TaskError ACODE-CTN-006, and where a feature of it cannot be had
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

/** The whole task, when its image is there. */
export async function wholeSpec(
  { docker }: Context,
  { spec, described }: DescribedSpec,
  image: string,
): Promise<ContainerSpec> {
  const variables = variablesOf((await docker.images.find(image))?.env ?? [])
  return { ...spec, ...described.specWith(variables) }
}

import { findToolchains } from '../image/find-toolchain.ts'
import type { ToolchainsFile } from '../image/toolchains-file.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { devcontainerIn } from '../task/devcontainer.ts'
import { folderInWorkspace } from './workdir.ts'

/** What of a container says which images it is made of. */
type ImageSpec = Pick<ContainerSpec, 'image' | 'toolchain' | 'build' | 'workdir' | 'workspacePath'>

/**
 * The images that a container is made of, as its own job will find them; none when it is built from a Dockerfile, or
 * described by a development container.
 * @param workspace the checkout that toolchains are read from
 * @throws TaskError ACODE-CTN-006 when its toolchain leads to none
 */
export async function imagesOf(
  spec: ImageSpec,
  file: ToolchainsFile | null,
  workspace: string,
): Promise<string[]> {
  const { image, toolchain } = spec
  if (image !== undefined) return [image]
  if (toolchain === undefined || devcontainerIn(toolchain) !== null) return []
  const folder = folderInWorkspace(spec.workdir, spec.workspacePath ?? workspace)
  return (await findToolchains(toolchain, file, { workspace, folder })).map(({ image: one }) => one)
}

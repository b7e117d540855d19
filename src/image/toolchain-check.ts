import { TaskError } from '../errors.ts'
import { AUTO } from './find-toolchain.ts'
import { resolveToolchain } from './toolchain.ts'
import { findToolchainsFile } from './toolchains-file.ts'

/** Says what is wrong with a toolchain that a task names; null where nothing is, or nothing can be known. */
export type ToolchainCheck = (toolchain: string) => string | null

/**
 * Judges toolchains before a task runs, as its own job will.
 * @param named the toolchains file that the tasks get; undefined for the usual one, where it exists
 * @param hasRepository false where the workspace may lack the repository, and with it the file that adds toolchains
 * @throws TaskError ACODE-CTN-006 where the toolchains file cannot be read
 */
export async function toolchainCheck(
  named: string | undefined,
  workspace: string,
  hasRepository: boolean,
): Promise<ToolchainCheck> {
  const file = await findToolchainsFile(named, workspace)
  if (file === null && !hasRepository) return () => null
  return (toolchain) => {
    // Each job has the folder of its own task to look in.
    if (toolchain.trim() === AUTO) return null
    try {
      resolveToolchain(toolchain, file)
      return null
    } catch (error) {
      if (error instanceof TaskError) return error.message
      throw error
    }
  }
}

/**
 * The image that each toolchain leads to, as {@link toolchainCheck} judges it: null where it leads to none, or none
 * can be known.
 * @throws TaskError ACODE-CTN-006 where the toolchains file cannot be read
 */
export async function toolchainImages(
  named: string | undefined,
  workspace: string,
  hasRepository: boolean,
): Promise<(toolchain: string) => string | null> {
  const file = await findToolchainsFile(named, workspace)
  if (file === null && !hasRepository) return () => null
  return (toolchain) => {
    if (toolchain.trim() === AUTO) return null
    try {
      return resolveToolchain(toolchain, file).image
    } catch (error) {
      if (error instanceof TaskError) return null
      throw error
    }
  }
}

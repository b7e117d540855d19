import { TaskError } from '../errors.ts'
import { devcontainerIn } from '../task/devcontainer.ts'
import { chooseBase } from './compose/choose-base.ts'
import { AUTO } from './find-toolchain.ts'
import { type ResolvedToolchain, resolveToolchain, toolchainsIn } from './toolchain.ts'
import { findToolchainsFile, type ToolchainsFile } from './toolchains-file.ts'

/** Says what is wrong with a toolchain that a task names; null when nothing is, or nothing can be known. */
type ToolchainCheck = (toolchain: string) => string | null

/**
 * Judges toolchains before a task runs, as its own job will.
 * @param named the toolchains file that the tasks get; undefined for the usual one, where it exists
 * @param hasRepository false when the workspace may lack the repository, and with it the file that adds toolchains
 * @throws TaskError ACODE-CTN-006 when the toolchains file cannot be read
 */
export async function toolchainCheck(
  named: string | undefined,
  workspace: string,
  hasRepository: boolean,
): Promise<ToolchainCheck> {
  const file = await findToolchainsFile(named, workspace)
  if (file === null && !hasRepository) return () => null
  return (toolchain) => {
    if (isOfRepository(toolchain)) return null
    try {
      const all = resolveAll(toolchain, file)
      if (all.length > 1) chooseBase(all)
      return null
    } catch (error) {
      if (error instanceof TaskError) return error.message
      throw error
    }
  }
}

/** Each job looks in the folder of its own task. */
const isOfRepository = (toolchain: string): boolean =>
  toolchain.trim() === AUTO || devcontainerIn(toolchain) !== null

function resolveAll(toolchain: string, file: ToolchainsFile | null): ResolvedToolchain[] {
  const words = toolchainsIn(toolchain)
  return (words.length === 0 ? [toolchain] : words).map((word) => resolveToolchain(word, file))
}

/**
 * The images that toolchains lead to, as {@link toolchainCheck} judges them: null when they lead to none, or none
 * can be known.
 * @throws TaskError ACODE-CTN-006 when the toolchains file cannot be read
 */
export async function toolchainImages(
  named: string | undefined,
  workspace: string,
  hasRepository: boolean,
): Promise<(toolchain: string) => readonly string[] | null> {
  const file = await findToolchainsFile(named, workspace)
  if (file === null && !hasRepository) return () => null
  return (toolchain) => {
    if (isOfRepository(toolchain)) return null
    try {
      return resolveAll(toolchain, file).map(({ image }) => image)
    } catch (error) {
      if (error instanceof TaskError) return null
      throw error
    }
  }
}

import { TaskError } from '../errors.ts'
import { type ResolvedToolchain, resolveToolchain } from './toolchain.ts'
import type { ToolchainsFile } from './toolchains-file.ts'

/** Where a task works, on the runner. */
export interface Place {
  readonly workspace: string
  /** The task's working directory, relative to the workspace or inside of it. */
  readonly folder: string
}

/** The toolchain that is read from the repository's own files. */
export const AUTO = 'auto'

/**
 * Maps what a task asks for to an image: `auto` and a name without a version are looked for in the repository's files.
 * @throws TaskError ACODE-CTN-006 where nothing is found, or more than one image can hold, or files contradict
 */
export async function findToolchain(
  requested: string,
  file: ToolchainsFile | null,
  { workspace, folder }: Place,
): Promise<ResolvedToolchain> {
  if (requested.includes('@')) return resolveToolchain(requested, file)
  const isAuto = requested.trim() === AUTO
  const wanted = isAuto ? null : requested.trim().toLowerCase()
  // Its parsers are loaded where they are needed.
  const { detectToolchains } = await import('./detect/detect.ts')
  const detected = await detectToolchains(workspace, folder, wanted)
  const [first, ...others] = detected
  if (isAuto && first === undefined) throw nothingFound(folder)
  if (first !== undefined && others.length > 0) throw several(detected)
  if (first === undefined || (!isAuto && first.version === null)) return resolveToolchain(requested, file)
  const { name, version, source } = first
  const resolved = resolveToolchain(version === null ? name : `${name}@${version}`, file)
  return { ...resolved, requested, source }
}

const nothingFound = (folder: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `toolchain: auto found no file that names a toolchain in ${folder === '' ? 'the workspace' : folder} or above it (package.json, go.mod, *.csproj, .tool-versions and others). Check the repository out before this step, set working-directory, or name the toolchain (toolchain: node@22).`,
  )

const several = (detected: readonly { readonly name: string; readonly source: string }[]): TaskError => {
  const found = detected.map(({ name, source }) => `${name} (${source})`).join(', ')
  return new TaskError(
    'ACODE-CTN-006',
    `toolchain: auto found several toolchains: ${found}. Name the one that the task needs, or an image that has them all (image: …).`,
  )
}

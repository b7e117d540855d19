import { TaskError } from '../errors.ts'
import { devcontainerIn } from '../task/devcontainer.ts'
import type { Detected } from './detect/decide.ts'
import { type ResolvedToolchain, resolveToolchain, toolchainsIn } from './toolchain.ts'
import type { ToolchainsFile } from './toolchains-file.ts'

/** Where a task works, on the runner. */
interface Place {
  readonly workspace: string
  /** The task's working directory, relative to the workspace or inside of it. */
  readonly folder: string
}

/** The toolchain that is read from the repository's own files. */
export const AUTO = 'auto'

/**
 * Maps what a task asks for to images: one for each toolchain that is named, or that the repository's own files ask
 * for where it says `auto`. A name without a version is looked for in these files.
 * @throws TaskError ACODE-CTN-006 when nothing is found, files contradict each other, or it is a development container
 */
export async function findToolchains(
  requested: string,
  file: ToolchainsFile | null,
  place: Place,
): Promise<ResolvedToolchain[]> {
  const words = toolchainsIn(requested)
  if (words.length > 1 && words.some((word) => word === AUTO || devcontainerIn(word) !== null))
    throw mixed(requested)
  if (devcontainerIn(words[0]) !== null) throw described(requested)
  if (words[0] === AUTO) return findAll(file, place)
  // One that is no text of toolchains at all is judged as it stands.
  return Promise.all((words.length === 0 ? [requested] : words).map((word) => findOne(word, file, place)))
}

async function findAll(
  file: ToolchainsFile | null,
  { workspace, folder }: Place,
): Promise<ResolvedToolchain[]> {
  // Its parsers are loaded where they are needed.
  const { detectToolchains } = await import('./detect/detect.ts')
  const detected = await detectToolchains(workspace, folder)
  if (detected.length === 0) throw nothingFound(folder)
  return detected.map((one) => resolveDetected(AUTO, one, file))
}

async function findOne(
  requested: string,
  file: ToolchainsFile | null,
  { workspace, folder }: Place,
): Promise<ResolvedToolchain> {
  if (requested.includes('@')) return resolveToolchain(requested, file)
  const { detectToolchains } = await import('./detect/detect.ts')
  const [found] = await detectToolchains(workspace, folder, requested.toLowerCase())
  if (found === undefined || found.version === null) return resolveToolchain(requested, file)
  return resolveDetected(requested, found, file)
}

function resolveDetected(
  requested: string,
  { name, version, source }: Detected,
  file: ToolchainsFile | null,
): ResolvedToolchain {
  const resolved = resolveToolchain(version === null ? name : `${name}@${version}`, file)
  return { ...resolved, requested, source }
}

const mixed = (requested: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The toolchain "${requested.trim()}" names others besides auto or devcontainer, which are all that there is then. Write one of these alone, or name every toolchain (toolchain: node@22 go@1.24).`,
  )

const described = (requested: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The toolchain "${requested.trim()}" is a development container, which only a task has. Name an image for the service (image: …), or what it is built from (build: …).`,
  )

const nothingFound = (folder: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `toolchain: auto found no file that names a toolchain in ${folder === '' ? 'the workspace' : folder} or above it (package.json, go.mod, *.csproj, .tool-versions and others). Check the repository out before this step, set working-directory, or name the toolchain (toolchain: node@22).`,
  )

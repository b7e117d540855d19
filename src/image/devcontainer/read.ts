import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { z } from 'zod'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import { parseJsonWithComments } from '../../formats/json-comments.ts'
import { formatBytes } from '../../formats/units.ts'
import { isErrno } from '../../host/open-folder.ts'
import { readWithin } from '../../host/read-within.ts'
import { type Description, descriptionSchema } from './schema.ts'

/** A description and the file that it is in, below the workspace. */
export interface DescriptionFile {
  readonly file: string
  readonly description: Description
}

/** How long a description may be, and that of a feature. */
export const MOST_BYTES = 256 * 1024

/**
 * Finds and reads the description of a workspace's development container, in the places and the order of
 * containers.dev.
 * @param name the folder of one of several, `.devcontainer/NAME`; undefined: the one that there is
 * @throws TaskError ACODE-CTN-006 when there is none, more than one, or none that can be read
 */
export async function readDescription(workspace: string, name?: string): Promise<DescriptionFile> {
  if (name !== undefined) return readNamed(workspace, name)
  for (const file of ['.devcontainer/devcontainer.json', '.devcontainer.json']) {
    const text = await textOf(workspace, file)
    if (text !== null) return { file, description: parse(file, text) }
  }
  const files = (await foldersIn(join(workspace, '.devcontainer'))).map(
    (name) => `.devcontainer/${name}/devcontainer.json`,
  )
  const found: { file: string; text: string }[] = []
  for (const file of files) {
    const text = await textOf(workspace, file)
    if (text !== null) found.push({ file, text })
  }
  const [first, ...others] = found
  if (first === undefined) throw none()
  if (others.length > 0) throw several(found.map(({ file }) => file))
  return { file: first.file, description: parse(first.file, first.text) }
}

async function readNamed(workspace: string, name: string): Promise<DescriptionFile> {
  const file = `.devcontainer/${name}/devcontainer.json`
  const text = await textOf(workspace, file)
  if (text !== null) return { file, description: parse(file, text) }
  const names = await foldersIn(join(workspace, '.devcontainer'))
  throw new TaskError(
    'ACODE-CTN-006',
    `toolchain: devcontainer@${name} found no ${file} in the workspace${names.length === 0 ? '' : `; the folders there are ${names.join(', ')}`}. Check the repository out before this step, or correct the name.`,
  )
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

/** The text of a file; null when it is not there. */
async function textOf(workspace: string, file: string): Promise<string | null> {
  try {
    const bytes = await readWithin(join(workspace, file), workspace, MOST_BYTES + 1)
    if (bytes.length > MOST_BYTES) throw new Error(`it is longer than ${formatBytes(MOST_BYTES)}`)
    return bytes.toString('utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null
    throw unreadable(file, messageOf(error))
  }
}

function parse(file: string, text: string): Description {
  try {
    return descriptionSchema.parse(parseJsonWithComments(text))
  } catch (error) {
    throw unreadable(file, error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error))
  }
}

const unreadable = (file: string, why: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `${file} cannot be read: ${sentence(why)} Correct it, or name an image (image: …).`,
  )

const none = (): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    'toolchain: devcontainer found no .devcontainer/devcontainer.json, .devcontainer.json or .devcontainer/NAME/devcontainer.json in the workspace. Check the repository out before this step, or name an image (image: …).',
  )

const several = (files: readonly string[]): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `toolchain: devcontainer found several descriptions: ${files.join(', ')}. Write which one, by its folder (toolchain: devcontainer@${posix.basename(posix.dirname(files[0] ?? ''))}), or let .devcontainer/devcontainer.json be the one that tasks get.`,
  )

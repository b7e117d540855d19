import { randomUUID } from 'node:crypto'
import { mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import { parseStructured } from '../../formats/structured-text.ts'
import { isWithin } from '../../host/files.ts'
import { readWithin } from '../../host/read-within.ts'
import { DIGEST, type Digests } from '../../task/locked.ts'

/** Where the digests of a repository's images are, unless an input says otherwise. */
export const DEFAULT_LOCK_FILE = '.github/images.lock'

/** Many times what a line for each image of the most tasks takes. */
const MOST_BYTES = 1024 * 1024

const fileSchema = z.strictObject({
  lockfileVersion: z.literal(1),
  images: z.record(z.string().min(1), z.string().regex(DIGEST, 'is no digest (sha256:…)')),
})

/**
 * Reads a lock file; null when there is none.
 * @throws TaskError ACODE-CTN-006 when it cannot be read, is not valid, or leads out of the workspace
 */
export async function readLockFile(path: string, workspace: string): Promise<Digests | null> {
  try {
    const bytes = await readWithin(join(workspace, path), workspace, MOST_BYTES + 1)
    if (bytes.length > MOST_BYTES) throw new Error('it is longer than 1 MiB')
    return fileSchema.parse(await parseStructured(bytes.toString('utf8'))).images
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new TaskError(
      'ACODE-CTN-006',
      `The lock file ${path} cannot be used: ${sentence(why)} Write it again with lock: write, or correct the input lock-file.`,
      { cause: error },
    )
  }
}

/** A lock file as it is written: a line for each image, in the order of their names, so that changes are easy to see. */
export function lockFileText(digests: Digests, source: string): string {
  const lines = Object.keys(digests)
    .sort()
    .map((image) => `  ${JSON.stringify(image)}: ${digests[image]}`)
  return [
    `# The digests by which the tasks of ${source.replaceAll(/[\r\n]/g, ' ')} use their images.`,
    '# Written by the plan (lock: write): commit this file, and do not edit it.',
    'lockfileVersion: 1',
    lines.length === 0 ? 'images: {}' : 'images:',
    ...lines,
    '',
  ].join('\n')
}

/**
 * Writes a lock file, all of it or nothing. No link in the checkout leads it elsewhere.
 * @throws TaskError ACODE-CTN-006
 */
export async function writeLockFile(path: string, workspace: string, text: string): Promise<void> {
  const file = join(workspace, path)
  const fresh = `${file}.${randomUUID()}`
  try {
    await mkdir(dirname(file), { recursive: true })
    if (!isWithin(await realpath(dirname(file)), await realpath(workspace)))
      throw new Error('it leads out of the workspace')
    await writeFile(fresh, text, { flag: 'wx' })
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw new TaskError(
      'ACODE-CTN-006',
      `The lock file ${path} cannot be written: ${sentence(messageOf(error))} Correct the input lock-file.`,
      { cause: error },
    )
  }
}

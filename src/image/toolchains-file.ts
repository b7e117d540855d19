import { join } from 'node:path'
import { z } from 'zod'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { parseStructured } from '../formats/structured-text.ts'
import { formatBytes } from '../formats/units.ts'
import { readWithin } from '../host/read-within.ts'

/** An image as the contract has it, with {version} anywhere: a file of the repository gives the engine no option. */
const imagePattern = z
  .string()
  .regex(
    /^[a-zA-Z0-9{][a-zA-Z0-9._:/@{}-]*$/,
    'is no image reference, such as registry.example/node:{version}',
  )
const entrySchema = z.union([
  imagePattern.transform((image): { image: string; version?: string | undefined } => ({ image })),
  z.strictObject({
    image: imagePattern,
    version: z
      .union([z.string().regex(/^\w[\w.+-]*$/, 'is no version'), z.number().transform(String)])
      .optional(),
  }),
])
const fileSchema = z.record(z.string(), entrySchema)

/** A toolchains file: entries that go before the catalog's. */
export interface ToolchainsFile {
  readonly path: string
  readonly entries: z.output<typeof fileSchema>
}

/**
 * Reads a toolchains file: a map of a toolchain's name to an image (`node: registry.example/node:{version}`),
 * or to `{ image, version }` with a default version.
 * @throws TaskError ACODE-CTN-006
 */
export async function readToolchainsFile(path: string, text: string): Promise<ToolchainsFile> {
  try {
    return { path, entries: fileSchema.parse((await parseStructured(text)) ?? {}) }
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new TaskError(
      'ACODE-CTN-006',
      `The toolchains file ${path} is not valid: ${what}. Write a line such as node: registry.example/node:{version} for each toolchain.`,
    )
  }
}

const DEFAULT_FILE = '.github/toolchains.yml'
/** Many times what a line for each toolchain there is takes. */
const MOST_BYTES = 64 * 1024

/**
 * The toolchains file of a workspace: the one that is named, or the usual one; null when neither is there.
 * @throws TaskError ACODE-CTN-006 when it cannot be read, is not valid, or leads out of the workspace
 */
export async function findToolchainsFile(
  named: string | undefined,
  workspace: string,
): Promise<ToolchainsFile | null> {
  const path = named ?? DEFAULT_FILE
  try {
    const bytes = await readWithin(join(workspace, path), workspace, MOST_BYTES + 1)
    if (bytes.length > MOST_BYTES) throw new Error(`it is longer than ${formatBytes(MOST_BYTES)}`)
    return await readToolchainsFile(path, bytes.toString('utf8'))
  } catch (error) {
    if (error instanceof TaskError) throw error
    if (named === undefined && isMissing(error)) return null
    const why = `The toolchains file ${path} cannot be read: ${sentence(messageOf(error))} Correct it, or the input toolchains-file.`
    throw new TaskError('ACODE-CTN-006', why, { cause: error })
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

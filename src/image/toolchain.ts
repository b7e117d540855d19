import { closest } from 'fastest-levenshtein'
import { z } from 'zod'
import { messageOf, TaskError } from '../errors.ts'
import { parseStructured } from '../task/structured-text.ts'
import { CATALOG, type CatalogEntry } from './catalog.ts'

/** A toolchain and the image that it led to, with where the answer came from. */
export interface ResolvedToolchain {
  readonly requested: string
  /** `name@version` with the default in place. */
  readonly resolved: string
  readonly image: string
  /** `catalog`, or the path of the toolchains file. */
  readonly source: string
}

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

/**
 * Maps `name[@version]` to an image: the toolchains file first, then the catalog.
 * @throws TaskError ACODE-CTN-006 for a name that neither has
 */
export function resolveToolchain(requested: string, file: ToolchainsFile | null): ResolvedToolchain {
  const match = /^([a-z][a-z0-9+-]*)(?:@([\w][\w.+-]*))?$/i.exec(requested.trim())
  if (!match?.[1])
    throw new TaskError(
      'ACODE-CTN-006',
      `"${requested}" is no toolchain. Write one name and version, such as node@22.`,
    )
  const name = match[1].toLowerCase()
  const own = file?.entries[name]
  const listed: CatalogEntry | undefined = Object.hasOwn(CATALOG, name) ? CATALOG[name] : undefined
  const image = own?.image ?? listed?.image
  if (image === undefined) throw unknownToolchain(name, file)
  const version = match[2] ?? own?.version ?? listed?.version ?? 'latest'
  const tag = own ? version : (listed?.tag?.(version) ?? version)
  return {
    requested,
    resolved: `${name}@${version}`,
    image: image.replaceAll('{version}', tag),
    source: own && file ? file.path : 'catalog',
  }
}

function unknownToolchain(name: string, file: ToolchainsFile | null): TaskError {
  const names = [...new Set([...Object.keys(CATALOG), ...Object.keys(file?.entries ?? {})])]
  return new TaskError(
    'ACODE-CTN-006',
    `The toolchain "${name}" is unknown; did you mean ${closest(name, names)}? Known are ${names.join(', ')}. ` +
      `Name an image instead (image: …), or add it to .github/toolchains.yml (${name}: some/image:{version}).`,
  )
}

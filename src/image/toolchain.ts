import { closest } from 'fastest-levenshtein'
import { TaskError } from '../errors.ts'
import { CATALOG, type CatalogEntry } from './catalog.ts'
import type { ToolchainsFile } from './toolchains-file.ts'

/** A toolchain and the image that it led to, with where the answer came from. */
export interface ResolvedToolchain {
  readonly requested: string
  /** `name@version` with the default in place. */
  readonly resolved: string
  readonly image: string
  /** Where the answer came from: `catalog`, the path of the toolchains file, or the places that name the version. */
  readonly source: string
}

/** The toolchains of a text in which blanks or line ends are between them: `node@22 go@1.24`. */
export const toolchainsIn = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

/** One answer for several toolchains, in the order in which they are named. */
export const jointly = (
  requested: string,
  all: readonly ResolvedToolchain[],
  image: string,
): ResolvedToolchain => ({
  requested,
  resolved: all.map(({ resolved }) => resolved).join(' '),
  image,
  source: [...new Set(all.map(({ source }) => source))].join(', '),
})

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

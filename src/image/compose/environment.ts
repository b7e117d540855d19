import type { Composition } from './choose-base.ts'

/** Variables that an image sets, by name. */
export type ImageVariables = ReadonlyMap<string, string>

/** What an image's `NAME=VALUE` say. */
export const variablesOf = (env: readonly string[]): ImageVariables =>
  new Map(env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))

/** The PATH of a container whose image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * What a composed image sets besides what its base does: the variables of each part, and one PATH with the folders of
 * all of them. Of two values for one variable the base's is kept, then the one that is named first.
 * @param variables of each image, by the name of its toolchain
 */
export function mergedEnvironment(
  { base, others }: Composition,
  variables: ReadonlyMap<string, ImageVariables>,
): Record<string, string> {
  const own = (name: string): ImageVariables => variables.get(name) ?? new Map()
  const merged: Record<string, string> = {}
  for (const { name, part } of others)
    for (const variable of part.variables) {
      const value = own(name).get(variable)
      if (value !== undefined && !own(base.name).has(variable)) merged[variable] ??= value
    }
  const paths = [
    ...(base.part?.path ?? []),
    ...others.flatMap(({ part }) => part.path ?? []),
    ...[base, ...others].flatMap(({ name }) => foldersOf(own(name).get('PATH'))),
  ]
  // The folders of the system come last, as in each of the images.
  const system = new Set(foldersOf(undefined))
  const first = paths.filter((folder) => !system.has(folder))
  const last = paths.filter((folder) => system.has(folder))
  return { ...merged, PATH: [...new Set([...first, ...last])].join(':') }
}

const foldersOf = (path = DEFAULT_PATH): string[] => path.split(':').filter((folder) => folder !== '')

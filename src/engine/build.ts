import type { Builder } from './builder.ts'

/** An image that is to be built. */
export interface Build {
  /** The folder from which the Dockerfile may copy. */
  readonly context: string
  readonly dockerfile: string
  /** The name that the image gets. */
  readonly tag: string
  /** What builds it: `docker.builder`, or `docker.ownBuilder` where it is built from images that only the engine has. */
  readonly builder: Builder
  readonly platform?: string | undefined
  /** The stage of the Dockerfile that is the image. Default the last. */
  readonly target?: string | undefined
  /** Values of its `ARG`s. */
  readonly args?: Readonly<Record<string, string>>
  /** Files that hold its secrets, by their names. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Default `local`. */
  readonly cache?: LayerCache
  /** A file that is written with the image's id. */
  readonly idFile?: string
}

/**
 * Where layers are taken from and kept: by the builder itself (`local`) or not at all, or by a builder that exports
 * them in the cache of GitHub Actions or in a registry; with any builder they are taken from an `image`.
 */
export type LayerCache =
  | { readonly kind: 'local' }
  | { readonly kind: 'none' }
  | { readonly kind: 'gha'; readonly scope: string }
  | { readonly kind: 'registry'; readonly reference: string }
  | { readonly kind: 'image'; readonly reference: string }

/** The arguments of the CLI for a build. Secrets are in files, and no value of one is among them. */
export function buildArguments(build: Build): string[] {
  const { context, dockerfile, tag, builder, args = {}, secrets = {}, cache = { kind: 'local' } } = build
  return [
    ...builder.command,
    // The classic builder would keep the container of a step that failed.
    ...['--force-rm', '--file', dockerfile, '--tag', tag],
    ...option('--iidfile', build.idFile),
    ...(builder.loads ? ['--load'] : []),
    ...cacheOptions(cache, builder),
    ...option('--target', build.target),
    ...option('--platform', build.platform),
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...Object.entries(secrets).flatMap(([name, file]) => ['--secret', `id=${name},src=${file}`]),
    context,
  ]
}

const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value]

function cacheOptions(cache: LayerCache, builder: Builder): string[] {
  if (cache.kind === 'local') return []
  if (cache.kind === 'none') return ['--no-cache']
  if (cache.kind === 'gha') return exportedTo(`type=gha,scope=${cache.scope}`)
  if (cache.kind === 'registry') return exportedTo(`type=registry,ref=${cache.reference}`)
  // Else the image that is made would say nothing of its layers to the next build.
  const inline = builder.kind === 'buildkit' ? ['--build-arg', 'BUILDKIT_INLINE_CACHE=1'] : []
  return ['--cache-from', cache.reference, ...inline]
}

/** Of all stages. A cache that cannot be written does not fail the build: it is there to save time. */
const exportedTo = (place: string): string[] => [
  ...['--cache-from', place],
  ...['--cache-to', `${place},mode=max,ignore-error=true`],
]

import type { Builder } from '../../engine/builder.ts'

/** Where the layers of a build are kept for the next one. */
type BuildCache =
  | { readonly kind: 'local' }
  | { readonly kind: 'none' }
  | { readonly kind: 'gha' }
  | { readonly kind: 'registry'; readonly reference: string }

/** Reads the field `buildCache`; without it layers are kept by the builder (`local`). */
export function readBuildCache(text = 'local'): BuildCache {
  const [, reference] = /^registry=(.+)$/.exec(text) ?? []
  if (reference !== undefined) return { kind: 'registry', reference }
  if (text === 'none' || text === 'gha') return { kind: text }
  return { kind: 'local' }
}

/** The options of a builder for a cache. */
interface CachePlan {
  /** Options of `docker build`. */
  readonly options: readonly string[]
  /** The image that is pulled before the build and pushed after it, since the builder does neither; null: none. */
  readonly image: string | null
  /** What the user should know of it; null: nothing. */
  readonly warning: string | null
}

/**
 * How a builder keeps layers where they are asked for. BuildKit writes a cache of all stages where its driver can; else
 * the image itself is the cache, of its last stage alone.
 * @param scope what keeps caches of several builds apart
 */
export function planCache(cache: BuildCache, builder: Builder, scope: string): CachePlan {
  if (cache.kind === 'none') return { ...NOTHING, options: ['--no-cache'] }
  if (cache.kind === 'local') return NOTHING
  if (builder.exportsCache) return { ...NOTHING, options: exported(cache, scope) }
  if (cache.kind === 'gha')
    return {
      ...NOTHING,
      warning:
        'build-cache: gha is not used, since this builder keeps its layers on this machine alone. Add docker/setup-buildx-action before this step, or use build-cache: registry=…',
    }
  const { reference } = cache
  const inline = builder.kind === 'buildkit' ? ['--build-arg', 'BUILDKIT_INLINE_CACHE=1'] : []
  return { ...NOTHING, options: ['--cache-from', reference, ...inline], image: reference }
}

const NOTHING: CachePlan = { options: [], image: null, warning: null }

/** A cache that cannot be written does not fail the build: it is there to save time. */
function exported(cache: BuildCache, scope: string): string[] {
  const place = cache.kind === 'registry' ? `type=registry,ref=${cache.reference}` : `type=gha,scope=${scope}`
  return ['--cache-from', place, '--cache-to', `${place},mode=max,ignore-error=true`]
}

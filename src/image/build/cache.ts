import type { LayerCache } from '../../engine/build.ts'
import type { Builder } from '../../engine/builder.ts'

/** Where the layers of a build are to be kept for the next one. */
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

/** How a builder keeps layers, and what is to be done besides. */
interface CachePlan {
  /** What the builder does itself. */
  readonly cache: LayerCache
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
export function planCache(wanted: BuildCache, { exportsCache }: Builder, scope: string): CachePlan {
  const by = (cache: LayerCache): CachePlan => ({ cache, image: null, warning: null })
  if (wanted.kind === 'none' || wanted.kind === 'local') return by({ kind: wanted.kind })
  if (exportsCache) return by(wanted.kind === 'gha' ? { kind: 'gha', scope } : wanted)
  if (wanted.kind === 'gha') return { ...by({ kind: 'local' }), warning: NO_EXPORT }
  return { ...by({ kind: 'image', reference: wanted.reference }), image: wanted.reference }
}

/** True for a cache that a builder writes elsewhere, which the engine's own may not be able to. */
export const isExported = ({ kind }: LayerCache): boolean => kind === 'gha' || kind === 'registry'

const NO_EXPORT =
  'build-cache: gha is not used, since this builder keeps its layers on this machine alone. Add docker/setup-buildx-action before this step, or use build-cache: registry=…'

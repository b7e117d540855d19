import { z } from 'zod'
import { absolute, bytes, text } from './field-kinds.ts'

/** What all caches of a machine may take together, in bytes, where a task says nothing. */
export const CACHE_MAX = 10 * 1024 ** 3

const CACHE = 'has to be auto, or a list of absolute paths in the container'
const CACHE_KEY = 'has to be a key of at most 200 characters without commas, or a list of them'

/** The tools of the workspace, or paths in the container. */
export const cache = z.union([z.literal('auto'), z.array(absolute).min(1, CACHE)], CACHE)

/** The service takes 512 characters without commas; ours come before. */
const cacheKeyLine = text.regex(/^[^,\p{Cc}]{1,200}$/u, CACHE_KEY)
/** The key of paths, then what other keys may begin with. */
export const cacheKey = z.union(
  [cacheKeyLine.transform((key) => [key]), z.array(cacheKeyLine).min(1)],
  CACHE_KEY,
)

/** What all caches of a machine may take together. */
export const cacheMax = bytes.pipe(z.number('has to be a size such as 500m or 10g').min(0, 'is negative'))

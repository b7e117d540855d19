import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { FoundTool } from './lock-files.ts'

/** A folder that outlives tasks, by what it is found again. */
export interface CacheEntry {
  /** A tool's name, or the path that the task names. */
  readonly name: string
  /** Where it is in the container. */
  readonly target: string
  readonly key: string
  /** What the key of another one may begin with, when there is none of this key; the first that is found counts. */
  readonly restoreKeys: readonly string[]
  /** Distinguishes caches of one key whose content does not fit: format and folder. */
  readonly version: string
  readonly variables: Readonly<Record<string, string>>
  readonly leaveOut: RegExp | null
}

/** What the caches of a task depend on. */
export interface CacheRequest {
  /** `auto`, or paths in the container. */
  readonly cache: 'auto' | readonly string[]
  /** Lines: the key, then what other keys may begin with. With `auto` the first one is a further word of the keys. */
  readonly cacheKey: readonly string[]
  /** The image as the task names it, and its platform: what was compiled for one does not run on another. */
  readonly image: string
  readonly platform: string
  /** The task's own variables. */
  readonly env: Readonly<Record<string, string>>
  /** Where something else is mounted. */
  readonly taken: readonly string[]
}

/** Where the folders of tools are. */
export const CACHE_ROOT = '/var/cache/acode'

/** The caches of a task. */
export function entriesOf(request: CacheRequest, tools: readonly FoundTool[]): CacheEntry[] {
  const { cache, taken } = request
  const entries =
    cache === 'auto' ? tools.flatMap((found) => toolEntry(request, found)) : pathEntries(request)
  return entries.filter(({ target }) => !taken.some((one) => posix.normalize(one) === target))
}

function toolEntry(request: CacheRequest, { tool, hash }: FoundTool): CacheEntry[] {
  const target = `${CACHE_ROOT}/${tool.name}`
  const variables = tool.variables(target)
  if (Object.keys(variables).some((name) => Object.hasOwn(request.env, name))) return []
  const word = request.cacheKey[0] === undefined ? '' : `${part(request.cacheKey[0])}-`
  const stem = `acode-${tool.name}-${word}${place(request)}-`
  return [
    {
      ...{ name: tool.name, target, variables, leaveOut: tool.leaveOut ?? null },
      ...{ key: stem + hash, restoreKeys: [stem], version: versionOf(target) },
    },
  ]
}

function pathEntries(request: CacheRequest): CacheEntry[] {
  const [key = '', ...restoreKeys] = request.cacheKey
  const stem = `${place(request)}-`
  return pathsOf(request.cache).map((target) => ({
    ...{ name: target, target, variables: {}, leaveOut: null },
    ...{ key: stem + key, restoreKeys: restoreKeys.map((one) => stem + one), version: versionOf(target) },
  }))
}

const pathsOf = (cache: CacheRequest['cache']): string[] =>
  cache === 'auto' ? [] : [...new Set(cache.map((path) => posix.normalize(path).replace(/(?<=.)\/$/, '')))]

/** Platform and image in a form that keys can have, the image also by its hash: `linux-amd64-node-22-1a2b3c4d`. */
function place({ platform, image }: Pick<CacheRequest, 'platform' | 'image'>): string {
  return `${part(platform)}-${part(image).slice(-40)}-${digest(image).slice(0, 8)}`
}

const part = (text: string): string => text.replace(/[^\w.]+/g, '-').replace(/^-|-$/g, '')

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Changes with the form of the archive (cache-tar.ts). */
const FORMAT = 'acode 1, tar, zstd'

const versionOf = (target: string): string => digest(`${FORMAT}\n${target}`)

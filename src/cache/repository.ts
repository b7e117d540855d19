import { createHash } from 'node:crypto'

/** Whose caches a task may use. */
export interface CacheRepository {
  /** `https://github.com`, or that of GitHub Enterprise: two servers may have a repository of the same name. */
  readonly server: string
  /** `owner/name`. */
  readonly name: string
}

/** The repository of the run, as the runner names it. */
export const cacheRepository = (env: NodeJS.ProcessEnv): CacheRepository => ({
  server: env.GITHUB_SERVER_URL ?? '',
  name: env.GITHUB_REPOSITORY ?? '',
})

/** How the names of all volumes of a repository's caches begin; what follows is `-NAME` or `.NUMBER`. */
export const volumePrefix = ({ server, name }: CacheRepository): string =>
  `acode-cache-${createHash('sha256').update(`${server}/${name}`).digest('hex').slice(0, 12)}`

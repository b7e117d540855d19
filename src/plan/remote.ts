import { lstat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GitError, type Transport } from '../host/git.ts'
import { type GitSetting, readConfig } from '../host/git-config.ts'
import { type GitFolders, gitFoldersOf } from '../host/git-folders.ts'
import { withView } from '../host/git-view.ts'

/** From where a commit may be fetched: what the configuration of a checkout says, and no program of it. */
export interface Remote {
  /** `remote.origin.url`, and headers with credentials for servers; none where there is no remote. */
  readonly settings: readonly GitSetting[]
  readonly transports: readonly Transport[]
}

/**
 * Lets `origin` of a checkout be fetched from. A repository on this machine is looked at like the checkout itself,
 * without its settings: git would run the other's side of a fetch in it.
 * @throws GitError where the configuration cannot be read
 */
export async function withRemote<T>(
  { common }: GitFolders,
  use: (remote: Remote) => Promise<T>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const settings = await readConfig(join(common, 'config'))
  const url = settings.findLast(({ key }) => key === 'remote.origin.url')?.value ?? ''
  const path = pathOf(url)
  if (path !== null) {
    const there = await localFolders(path)
    if (there === null) return use({ settings: [], transports: [] })
    const generous = [{ key: 'uploadpack.allowanysha1inwant', value: 'true' }]
    return withView(there, ({ gitDir }) => use({ settings: [urlSetting(gitDir)], transports: ['file'] }), {
      settings: generous,
    })
  }
  const transport = transportOf(url)
  if (transport === null) return use({ settings: [], transports: [] })
  const headers = [...settings, ...(await includedSettings(settings, env))].filter(isHeader)
  return use({ settings: [urlSetting(url), ...headers], transports: [transport] })
}

const urlSetting = (value: string): GitSetting => ({ key: 'remote.origin.url', value })

/** A header that is sent to one server, as actions/checkout keeps its token. */
const isHeader = ({ key, value }: GitSetting): boolean =>
  /^http\.https?:\/\/.+\.extraheader$/.test(key) && /^[\x20-\x7e]*$/.test(value ?? '')

/** The path of a remote that is on this machine; null for any other. */
function pathOf(url: string): string | null {
  if (isAbsolute(url)) return url
  if (!/^file:/i.test(url)) return null
  try {
    return fileURLToPath(url)
  } catch {
    throw new GitError(`${url} names no repository`)
  }
}

/** By what a URL is fetched: `https://…`, `ssh://…`, or `host:path`; null for all others. */
function transportOf(url: string): Transport | null {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url) ?? []
  if (scheme === undefined) return /^[^-:/][^:/]*:(?!:)/.test(url) ? 'ssh' : null
  const transports = ['http', 'https', 'ssh'] as const
  return transports.find((name) => name === scheme.toLowerCase()) ?? null
}

/** A repository at a path, bare or not. It was named, so no folder that a commit brought is taken for it. */
async function localFolders(path: string): Promise<GitFolders | null> {
  const folders = await gitFoldersOf(path)
  if (folders !== null) return folders
  const isBare = (await lstat(join(path, 'HEAD')).catch(() => null))?.isFile()
  return isBare ? { own: path, common: path } : null
}

/**
 * The settings of the file in the runner's temporary folder that actions/checkout (from its version 6 on) keeps its
 * token in, and that the configuration includes. No other file is believed.
 */
async function includedSettings(
  settings: readonly GitSetting[],
  env: NodeJS.ProcessEnv,
): Promise<GitSetting[]> {
  const folder = env.RUNNER_TEMP
  if (folder === undefined) return []
  const files = settings.flatMap(({ key, value }) =>
    /^includeif\.gitdir:.*\.path$/.test(key) && value !== null && isCredentials(value, folder) ? [value] : [],
  )
  const found = await Promise.all([...new Set(files)].map((file) => readConfig(file)))
  return found.flat()
}

const isCredentials = (file: string, folder: string): boolean =>
  isAbsolute(file) &&
  dirname(resolve(file)) === resolve(folder) &&
  /^git-credentials-[0-9a-f-]+\.config$/.test(basename(file))

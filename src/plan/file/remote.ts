import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunnerPaths } from '../../github/paths.ts'
import { mask } from '../../github/runner.ts'
import { GitError, statInRepository, type Transport } from '../../host/git.ts'
import { type GitSetting, readConfig } from '../../host/git-config.ts'
import { type GitFolders, gitFoldersOf } from '../../host/git-folders.ts'
import { type View, withView } from '../../host/git-view.ts'

/** From where a commit may be fetched: what the configuration of a checkout says, and no program of it. */
export interface Remote {
  /** `remote.origin.url`, and headers with credentials for servers; none when there is no remote. */
  readonly settings: readonly GitSetting[]
  readonly transports: readonly Transport[]
}

/** With what a server may be asked. */
export interface Access {
  /** The job's own token. */
  readonly token: string | undefined
  readonly env: NodeJS.ProcessEnv
  readonly paths: RunnerPaths
}

/**
 * Lets `origin` of a checkout be fetched from. A repository on this machine is looked at like the checkout itself,
 * without its settings: git would run the other's side of a fetch in it.
 * @throws GitError when the configuration cannot be read
 */
export async function withRemote<T>(
  { common }: GitFolders,
  access: Access,
  use: (remote: Remote) => Promise<T>,
): Promise<T> {
  const settings = await readConfig(join(common, 'config'))
  const url = settings.findLast(({ key }) => key === 'remote.origin.url')?.value ?? ''
  const path = pathOf(url)
  if (path !== null) return withLocalRemote(path, access, use)
  const transport = transportOf(url)
  if (transport === null) return use({ settings: [], transports: [] })
  const headers = await headersOf(settings, access)
  return use({ settings: [urlSetting(url), ...headers], transports: [transport] })
}

async function withLocalRemote<T>(
  path: string,
  { paths: { temp: scratch } }: Access,
  use: (remote: Remote) => Promise<T>,
): Promise<T> {
  const folders = await localFolders(path)
  if (folders === null) return use({ settings: [], transports: [] })
  const serve = ({ gitDir }: View) => use({ settings: [urlSetting(gitDir)], transports: ['file'] })
  // As GitHub does, any commit is given out by its id.
  const settings = [{ key: 'uploadpack.allowanysha1inwant', value: 'true' }]
  return withView(folders, serve, { scratch, settings })
}

/** Headers with credentials: what actions/checkout kept, or the job's token, which its server alone gets. */
async function headersOf(
  settings: readonly GitSetting[],
  { token, env, paths }: Access,
): Promise<GitSetting[]> {
  const kept = [...settings, ...(await includedSettings(settings, paths))].filter(isHeader)
  const server = env.GITHUB_SERVER_URL
  if (token === undefined || server === undefined) return kept
  const key = `http.${server.toLowerCase()}/.extraheader`
  if (kept.some((setting) => setting.key.toLowerCase() === key)) return kept
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  mask(basic)
  return [...kept, { key, value: `AUTHORIZATION: basic ${basic}` }]
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
  const isBare = (await statInRepository(join(path, 'HEAD')))?.isFile()
  return isBare ? { own: path, common: path } : null
}

/**
 * The settings of the file in the runner's temporary folder that actions/checkout (from its version 6 on) keeps its
 * token in, and that the configuration includes. No other file is believed.
 */
async function includedSettings(
  settings: readonly GitSetting[],
  { ofJob: folder }: RunnerPaths,
): Promise<GitSetting[]> {
  if (folder === null) return []
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

import { dirname, join } from 'node:path'
import { messageOf } from '../errors.ts'
import { type GitBounds, GitError, git } from '../host/git.ts'
import { formatSettings, type GitSetting, parseSettings } from '../host/git-config.ts'
import { type GitFolders, gitFoldersOf, smallFile } from '../host/git-folders.ts'
import { plainHead } from '../host/git-head.ts'
import { formatSettingsOf, type View, type ViewOptions, withView } from '../host/git-view.ts'
import { run } from '../host/process.ts'
import { readSmall } from '../host/read-file.ts'
import { lookAt, systemPath } from './changes.ts'
import {
  CREDENTIAL_NAMES,
  type CredentialFiles,
  committedIn,
  credentialFiles,
  type IsCommitted,
  isGitFolder,
} from './credential-files.ts'
import { parseConfigFile, withoutCredentials } from './git-config.ts'
import { UnusableMethodError, type WorkspaceRequest } from './workspace.ts'

/** A file that a task gets in place of the checkout's own. */
export interface Replacement {
  /** Relative to the workspace. */
  readonly path: string
  /** Bytes, one a character (latin1). */
  readonly content: string
}

/**
 * Lets git see the repository of a checkout, without its settings.
 * @throws GitError when there is none, or git cannot read it
 */
export async function withRepository<T>(
  checkout: string,
  use: (view: View) => Promise<T>,
  options: ViewOptions,
): Promise<T> {
  return withView(await requireFolders(checkout), use, options)
}

async function requireFolders(checkout: string): Promise<GitFolders> {
  const folders = await gitFoldersOf(checkout)
  if (folders === null) throw new GitError(`${checkout} is no git repository with its own .git`)
  return folders
}

/** True when the folder is a checkout that git on this machine can read. */
export async function isReadable(folder: string, scratch: string): Promise<boolean> {
  try {
    const folders = await gitFoldersOf(folder)
    if (folders === null) return false
    await withView(folders, (view) => view.git(['rev-parse', '--git-dir']), { scratch })
    return true
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    return false
  }
}

/** The commit that a checkout has out, by what its HEAD names; null when that is none. */
export async function headOf(
  checkout: string,
  scratch: string,
  bounds: GitBounds = {},
): Promise<string | null> {
  try {
    const folders = await requireFolders(checkout)
    const plain = await plainHead(folders)
    if (plain !== null) return plain
    const ask = (view: View) => view.git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], bounds)
    return (await withView(folders, ask, { scratch })).trim() || null
  } catch (error) {
    if (error instanceof GitError) return null
    throw error
  }
}

/**
 * The formats of a repository's objects and references, as `git init` names them.
 * @throws GitError
 */
export async function formatsOf(checkout: string): Promise<Formats> {
  return formatsIn(await requireFolders(checkout))
}

/** The formats of a repository, as `git init` names them. */
interface Formats {
  readonly objects: string
  readonly references: string
}

/**
 * The formats of the repository of these folders.
 * @throws GitError
 */
export async function formatsIn({ common }: GitFolders): Promise<Formats> {
  const settings = await formatSettingsOf(common)
  const last = (name: string) => settings.findLast(({ key }) => key === `extensions.${name}`)?.value
  return { objects: last('objectformat') ?? 'sha1', references: last('refstorage') ?? 'files' }
}

/**
 * A checkout whose git folder, or some of its objects, is outside of it would be no repository in a container that
 * has the checkout alone; and what it leads to has the locks and references of others.
 * @throws UnusableMethodError
 */
export async function requireOwnGitFolder(checkout: string): Promise<void> {
  const folders = await gitFoldersOf(checkout)
  if (folders === null) return
  const folder = join(checkout, '.git')
  if (folders.own !== folder)
    throw new UnusableMethodError(`the checkout’s git folder is elsewhere, in ${folders.own}`)
  const alternates = (await smallFile(join(folder, 'objects', 'info', 'alternates'))) ?? ''
  const borrowed = alternates.split('\n').find((line) => line !== '' && !line.startsWith('#'))
  if (borrowed !== undefined)
    throw new UnusableMethodError(`the checkout’s git folder borrows objects of ${borrowed}`)
}

/**
 * How long configurations may be looked for where no file of the workspace is read otherwise. 100,000 files take
 * a tenth of a second, less than the engine needs for the volumes meanwhile.
 */
export const SEARCH_BOUND_MS = 20_000
const WALK_BOUND_MS = 10 * 60_000

/**
 * What the task sees in place of files that hold credentials: the git configurations of all repositories in the
 * workspace, without them, and what steps of the job wrote ({@link credentialFiles}). Only files that change are named.
 * @throws UnusableMethodError when they cannot all be found in time
 */
export async function filesWithoutCredentials(
  { runnerPath, scratch, cancel }: CredentialRequest,
  boundMs = WALK_BOUND_MS,
): Promise<FoundCredentials> {
  const paths = await findFiles(
    runnerPath,
    ['config', 'config.worktree', ...CREDENTIAL_NAMES],
    cancel,
    boundMs,
  )
  const bounds = { signal: cancel }
  const isCommitted = committedIn(runnerPath, scratch, bounds)
  const [configs, credentials] = await Promise.all([
    configsWithoutCredentials(runnerPath, paths, isCommitted, bounds),
    credentialFiles(runnerPath, paths, isCommitted),
  ])
  return { replacements: [...configs, ...credentials.replaced], credentials }
}

type CredentialRequest = Pick<WorkspaceRequest, 'runnerPath' | 'scratch' | 'cancel'>

/** What a search for credentials found. */
export interface FoundCredentials {
  /** All files that the task sees as others than they are. */
  readonly replacements: readonly Replacement[]
  /** What steps of the job wrote. */
  readonly credentials: CredentialFiles
}

async function configsWithoutCredentials(
  workspace: string,
  paths: readonly string[],
  isCommitted: IsCommitted,
  bounds: GitBounds,
): Promise<Replacement[]> {
  const replaced: Replacement[] = []
  // One after the other: a repository may have thousands of them committed, and each takes a git.
  for (const path of paths) {
    if (!(await isConfig(workspace, path)) || (await isCommitted(path))) continue
    const content = await readSmall(systemPath(workspace, path), LONGEST_CONFIG)
    const settings = content === null ? [] : await settingsOf(content, bounds)
    const harmless = withoutCredentials(settings ?? parseConfigFile(content?.toString('latin1') ?? ''))
    const isSame = content !== null && JSON.stringify(harmless) === JSON.stringify(settings)
    if (!isSame) replaced.push({ path, content: formatSettings(harmless) })
  }
  return replaced
}

/** What is longer was not written by git, and the task gets none of it. */
const LONGEST_CONFIG = 1024 * 1024

/** What git reads in a configuration; null when there is no git to ask, or it cannot read it. */
async function settingsOf(content: Buffer, bounds: GitBounds): Promise<GitSetting[] | null> {
  try {
    const args = ['config', '--file', '-', '--no-includes', '--list', '-z']
    return parseSettings(await git(null, args, { ...bounds, input: content, encoding: 'latin1' }))
  } catch (error) {
    if (error instanceof GitError) return null
    throw error
  }
}

/**
 * Files of these names at any depth. `find` reads folders an order of magnitude faster than Node.js does, and in parallel with
 * whatever else is done.
 */
async function findFiles(
  workspace: string,
  names: readonly string[],
  signal: AbortSignal,
  boundMs: number,
): Promise<string[]> {
  const named = names.flatMap((name) => ['-o', '-iname', name]).slice(1)
  const options = { timeoutMs: boundMs, signal, encoding: 'latin1' as const }
  const failed = (why: string) =>
    new UnusableMethodError(`the credentials in ${workspace} could not be looked for: ${why}`)
  const args = [`${workspace}/`, '-type', 'f', '(', ...named, ')', '-print0']
  const finished = await run('find', args, options).catch((error) => {
    throw failed(messageOf(error))
  })
  if (finished.ended !== 'by-itself')
    throw failed(`it was given up after ${boundMs / 1000} s, or with the job`)
  // What this user cannot enter, which find says and goes on, is no checkout of theirs.
  const root = Buffer.from(`${workspace}/`).toString('latin1')
  return finished.stdout
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => path.slice(root.length))
}

/**
 * Configurations of git folders: their own, their worktrees', their submodules', those of bare mirrors. A branch or tag
 * that is called `config` has no HEAD next to it.
 */
async function isConfig(workspace: string, path: string): Promise<boolean> {
  if (!/(^|\/)config(\.worktree)?$/.test(path)) return false
  const folder = dirname(path)
  if (!/(^|\/)\.git\//.test(path)) return folder !== '.' && isGitFolder(workspace, folder)
  return /(^|\/)\.git\/[^/]+$/.test(path) || (await lookAt(systemPath(workspace, `${folder}/HEAD`))) !== null
}

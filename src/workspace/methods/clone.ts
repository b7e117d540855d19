import { appendFile, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GitError, git } from '../../host/git.ts'
import { formatSettings, type GitSetting, readConfig } from '../../host/git-config.ts'
import { type GitFolders, gitFoldersOf } from '../../host/git-folders.ts'
import type { View } from '../../host/git-view.ts'
import { withoutCredentials } from '../git-config.ts'
import { filesWithoutCredentials, formatsOf, withRepository } from '../repository.ts'
import { UnusableMethodError, type Workspace, type WorkspaceRequest } from '../workspace.ts'
import { copyGitFile, copyState } from './clone-state.ts'
import { prepareSent } from './send.ts'

/**
 * A full clone of the checkout's repository: all branches, tags and remote branches, the same commit on the same
 * branch, the same settings, no credentials, no file shared with the checkout. The working tree follows the
 * checkout, with what is not committed, its submodules, and LFS files as they are; or it is the commit's.
 * @throws UnusableMethodError when the checkout is no git repository or a partial one, or git is missing
 */
export async function prepareClone(request: WorkspaceRequest): Promise<Workspace> {
  const { runnerPath, scratch, uncommitted, cancel: signal } = request
  const clone = join(scratch, 'clone')
  try {
    const folders = await gitFoldersOf(runnerPath, { signal })
    if (folders === null) throw new UnusableMethodError(`${runnerPath} is no git repository`)
    const settings = await settingsOf(runnerPath, folders)
    const { objects } = await formatsOf(runnerPath)
    const clonedFrom = async (view: View) => {
      await cloneRepository(view, objects, clone, signal)
      if (uncommitted) await copyState(view, folders.own, clone, signal)
    }
    await withRepository(runnerPath, clonedFrom, { scratch })
    await configure(clone, settings.filter(isOfFiles))
    await copyGitFile(folders.own, clone, 'info/sparse-checkout')
    for (const name of ['info/exclude', 'info/attributes']) await copyGitFile(folders.common, clone, name)
    if (!uncommitted)
      await git(at(clone), ['reset', '--quiet', '--hard'], { signal, memoryBytes: CLONE_MEMORY })
    // Filters and the like are programs: the task may run them, the runner does not.
    await configure(clone, settings.filter(isNot(isOfFiles)))
  } catch (error) {
    if (error instanceof GitError) throw new UnusableMethodError(error.message)
    throw error
  }
  return uncommitted
    ? sendWithWorkTree(request, clone)
    : prepareSent(request, {
        method: 'clone',
        sources: [{ folder: clone, includes: () => true }],
        ...{ replacements: [], credentials: null },
        base: clone,
      })
}

/** A clone packs all that a repository has. */
const CLONE_MEMORY = 4 * 1024 ** 3

const at = (clone: string) => ({ gitDir: join(clone, '.git'), workTree: clone })

/** Settings that say which files a working tree has and in what form, and name no program. */
const isOfFiles = ({ key }: GitSetting): boolean =>
  /^core\.(sparsecheckout|sparsecheckoutcone|autocrlf|eol|filemode|symlinks|ignorecase|checkroundtripencoding)$/.test(
    key,
  )

/** The clone's git folder, with all else as it is in the checkout. */
async function sendWithWorkTree(request: WorkspaceRequest, clone: string): Promise<Workspace> {
  const { runnerPath } = request
  const hasModules = (await lstat(join(runnerPath, '.git'))).isDirectory()
  const inModules = (path: string) => hasModules && /^\.git\/modules(\/|$)/.test(path)
  const inGit = (path: string) => /^\.git(\/|$)/.test(path) && !inModules(path)
  const inWorkTree = (path: string) =>
    (!inGit(path) && !request.isStaging(path)) || (hasModules && path === '.git')
  const sources = [
    { folder: clone, includes: inGit },
    { folder: runnerPath, includes: inWorkTree },
  ]
  const { replacements, credentials } = await filesWithoutCredentials(request)
  const others = replacements.filter(({ path }) => !inGit(path))
  return prepareSent(request, { method: 'clone', sources, replacements: others, credentials, base: clone })
}

async function cloneRepository(from: View, objects: string, to: string, signal: AbortSignal): Promise<void> {
  await mkdir(to, { recursive: true })
  const initial = ['--initial-branch=acode-none', `--object-format=${objects}`]
  await git(at(to), ['init', '--quiet', ...initial], { signal })
  // Where HEAD is detached it names no branch, and where there is no commit yet none: git answers 1 then.
  const answers = [0, 1]
  const branch = (await from.git(['symbolic-ref', '--quiet', 'HEAD'], { signal, answers })).trim()
  const commit = (await from.git(['rev-parse', '--verify', '--quiet', 'HEAD'], { signal, answers })).trim()
  const refs = ['heads', 'remotes', 'tags'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`)
  // A HEAD on a branch without a commit is nothing that could be fetched.
  if (commit !== '') refs.unshift('HEAD')
  const options = ['--quiet', '--no-tags', '--update-head-ok', '--update-shallow']
  const how = { signal, transports: ['file'], memoryBytes: CLONE_MEMORY } as const
  await git(at(to), ['fetch', ...options, from.gitDir, ...refs], how)
  if (branch !== '') await git(at(to), ['symbolic-ref', 'HEAD', branch], { signal })
  else if (commit !== '') await git(at(to), ['update-ref', '--no-deref', 'HEAD', commit], { signal })
}

/**
 * The checkout's own settings that a task may have, but for those that say where and in what form the repository is.
 * @throws UnusableMethodError
 */
async function settingsOf(checkout: string, { own, common }: GitFolders): Promise<GitSetting[]> {
  const shared = await readConfig(join(common, 'config'))
  const isSet = (name: RegExp) => shared.some(({ key, value }) => name.test(key) && value !== 'false')
  if (isSet(/^(remote\..*\.promisor|extensions\.partialclone)$/))
    throw new UnusableMethodError(
      `${checkout} is a partial clone, which lacks objects that a full clone needs`,
    )
  const worktree = isSet(/^extensions\.worktreeconfig$/) ? await readConfig(join(own, 'config.worktree')) : []
  return withoutCredentials([...shared, ...worktree]).filter(
    ({ key }) => !/^(core\.(worktree|bare|repositoryformatversion)$|extensions\.)/.test(key),
  )
}

async function configure(clone: string, settings: readonly GitSetting[]): Promise<void> {
  await appendFile(join(clone, '.git', 'config'), formatSettings(settings), 'latin1')
}

const isNot =
  <T>(is: (one: T) => boolean) =>
  (one: T) =>
    !is(one)

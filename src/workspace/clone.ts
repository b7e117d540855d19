import { appendFile, copyFile, lstat, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GitError, git } from '../engine/git.ts'
import { formatSettings, type GitSetting, parseSettings, withoutCredentials } from './git-config.ts'
import { configsWithoutCredentials, formatsOf, gitFolderOf } from './repository.ts'
import { prepareSent } from './send.ts'
import { UnusableMethodError, type Workspace, type WorkspaceRequest } from './workspace.ts'

/**
 * A full clone of the checkout's repository: all branches, tags and remote branches, the same commit on the same
 * branch, the same settings, no credentials, no file shared with the checkout. The working tree follows the
 * checkout, with what is not committed, its submodules, and LFS files as they are; or it is the commit's.
 * @throws UnusableMethodError where the checkout is no git repository or a partial one, or git is missing
 */
export async function prepareClone(request: WorkspaceRequest): Promise<Workspace> {
  const { runnerPath, scratch, uncommitted, cancel } = request
  const gitFolder = await gitFolderOf(runnerPath)
  if (gitFolder === null) throw new UnusableMethodError(`${runnerPath} is no git repository`)
  const clone = join(scratch, 'clone')
  try {
    const settings = await settingsOf(runnerPath)
    await cloneRepository(runnerPath, clone, cancel)
    const isFilter = ({ key }: GitSetting) => key.startsWith('filter.')
    await configure(clone, settings.filter(isNot(isFilter)))
    for (const name of ['info/sparse-checkout', 'info/exclude', 'info/attributes'])
      await copyGitFile(runnerPath, clone, name)
    if (uncommitted) await copyGitFile(runnerPath, clone, 'index')
    else await git(['-C', clone, 'reset', '--quiet', '--hard'], { signal: cancel })
    // Filters are programs: the task may run them, the runner does not.
    await configure(clone, settings.filter(isFilter))
  } catch (error) {
    if (error instanceof GitError) throw new UnusableMethodError(error.message)
    throw error
  }
  return uncommitted
    ? sendWithWorkTree(request, clone)
    : prepareSent(request, 'clone', [{ folder: clone, includes: () => true }], [], clone)
}

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
  const configs = await configsWithoutCredentials(runnerPath, request.cancel)
  const others = configs.filter(({ path }) => !inGit(path))
  return prepareSent(request, 'clone', sources, others, clone)
}

async function cloneRepository(from: string, to: string, signal: AbortSignal): Promise<void> {
  const { objects } = await formatsOf(from)
  await git(['init', '--quiet', '--initial-branch=acode-none', `--object-format=${objects}`, to])
  const branch = await git(['-C', from, 'symbolic-ref', '--quiet', 'HEAD']).catch(() => '')
  const commit = (await git(['-C', from, 'rev-parse', '--verify', '--quiet', 'HEAD']).catch(() => '')).trim()
  const refs = ['heads', 'remotes', 'tags'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`)
  // A HEAD on a branch without a commit is nothing that could be fetched.
  if (commit !== '') refs.unshift('HEAD')
  const options = ['--quiet', '--no-tags', '--update-head-ok', '--update-shallow']
  await git(['-C', to, 'fetch', ...options, from, ...refs], { signal })
  if (branch.trim() !== '') await git(['-C', to, 'symbolic-ref', 'HEAD', branch.trim()])
  else if (commit !== '') await git(['-C', to, 'update-ref', '--no-deref', 'HEAD', commit])
}

/**
 * The checkout's own settings that a task may have, but for those that say where and in what form the repository is.
 * @throws UnusableMethodError
 */
async function settingsOf(checkout: string): Promise<GitSetting[]> {
  const list = async (scope: string) =>
    parseSettings(
      await git(['-C', checkout, 'config', scope, '--no-includes', '--list', '-z'], { encoding: 'latin1' }),
    )
  const shared = await list('--local')
  const isSet = (name: RegExp) => shared.some(({ key, value }) => name.test(key) && value !== 'false')
  if (isSet(/^(remote\..*\.promisor|extensions\.partialclone)$/))
    throw new UnusableMethodError(
      `${checkout} is a partial clone, which lacks objects that a full clone needs`,
    )
  const own = isSet(/^extensions\.worktreeconfig$/) ? await list('--worktree') : []
  return withoutCredentials([...shared, ...own]).filter(
    ({ key }) => !/^(core\.(worktree|bare|repositoryformatversion)$|extensions\.)/.test(key),
  )
}

async function configure(clone: string, settings: readonly GitSetting[]): Promise<void> {
  await appendFile(join(clone, '.git', 'config'), formatSettings(settings), 'latin1')
}

/** Copies a file of the checkout's git folder, wherever that has it, to the clone's. Nothing there is fine. */
async function copyGitFile(checkout: string, clone: string, name: string): Promise<void> {
  const path = ['rev-parse', '--path-format=absolute', '--git-path', name]
  const source = (await git(['-C', checkout, ...path])).replace(/\n$/, '')
  const target = join(clone, '.git', name)
  await mkdir(dirname(target), { recursive: true })
  await copyFile(source, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

const isNot =
  <T>(is: (one: T) => boolean) =>
  (one: T) =>
    !is(one)

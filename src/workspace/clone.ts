import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GitError, git } from '../engine/git.ts'
import { parseSettings, withoutCredentials } from './git-config.ts'
import { configsWithoutCredentials, isRepository } from './repository.ts'
import { prepareSent } from './send.ts'
import { UnusableMethodError, type Workspace, type WorkspaceRequest } from './workspace.ts'

/**
 * A full clone of the checkout's repository: all branches, tags and remote branches, the same commit on the same
 * branch, the right remote, no credentials, no file shared with the checkout. The working tree follows the
 * checkout, with what is not committed, its submodules, and LFS files as they are.
 * @throws UnusableMethodError where the checkout is no git repository, or git is missing
 */
export async function prepareClone(request: WorkspaceRequest): Promise<Workspace> {
  const { runnerPath, scratch, cancel } = request
  if (!(await isRepository(runnerPath)))
    throw new UnusableMethodError(`${runnerPath} is no git repository of its own`)
  const clone = join(scratch, 'clone')
  try {
    await cloneRepository(runnerPath, clone, cancel)
  } catch (error) {
    if (error instanceof GitError) throw new UnusableMethodError(error.message)
    throw error
  }
  const inGit = (path: string) => path === '.git' || path.startsWith('.git/')
  const inModules = (path: string) => path === '.git/modules' || path.startsWith('.git/modules/')
  const sources = [
    { folder: clone, includes: (path: string) => inGit(path) && !inModules(path) },
    { folder: runnerPath, includes: (path: string) => path === '.git' || !inGit(path) || inModules(path) },
  ]
  const configs = await configsWithoutCredentials(runnerPath)
  const others = configs.filter(({ path }) => !inGit(path) || inModules(path))
  return prepareSent(request, 'clone', sources, others, clone)
}

async function cloneRepository(from: string, to: string, signal: AbortSignal): Promise<void> {
  await git(['init', '--quiet', '--initial-branch=acode-none', to])
  const branch = await git(['-C', from, 'symbolic-ref', '--quiet', 'HEAD']).catch(() => '')
  const commit = (await git(['-C', from, 'rev-parse', '--verify', '--quiet', 'HEAD']).catch(() => '')).trim()
  const refs = ['heads', 'remotes', 'tags'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`)
  // A HEAD on a branch without a commit is nothing that could be fetched.
  if (commit !== '') refs.unshift('HEAD')
  const options = ['--quiet', '--no-tags', '--update-head-ok', '--update-shallow']
  await git(['-C', to, 'fetch', ...options, from, ...refs], { signal })
  if (branch.trim() !== '') await git(['-C', to, 'symbolic-ref', 'HEAD', branch.trim()])
  else if (commit !== '') await git(['-C', to, 'update-ref', '--no-deref', 'HEAD', commit])
  await copyRemotes(from, to)
  await copyFile(join(from, '.git', 'index'), join(to, '.git', 'index')).catch(() => {
    // A repository without a commit has no index yet, and neither has its clone.
  })
}

/** Remotes and branches' upstreams; all else of the configuration is the checkout's own business. */
async function copyRemotes(from: string, to: string): Promise<void> {
  const settings = parseSettings(
    await git(['config', '--file', join(from, '.git', 'config'), '--no-includes', '--list', '-z']),
  )
  for (const { key, value } of withoutCredentials(settings))
    if (/^(remote|branch|submodule)\./.test(key))
      await git(['-C', to, 'config', '--add', key, value ?? 'true'])
}

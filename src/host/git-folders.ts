import { realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { GitBounds } from './git.ts'
import { statInRepository } from './git.ts'
import { readConfig } from './git-config.ts'
import { readSmall } from './read-file.ts'

/** Where the parts of a checkout's repository are. Both are one folder, but for linked worktrees. */
export interface GitFolders {
  /** HEAD, index and sparse patterns. */
  readonly own: string
  /** Objects, references and configuration. */
  readonly common: string
}

/** Files that lead to folders, and HEAD: longer ones are not those. */
const LONGEST = 8 * 1024

/**
 * The git folders of a checkout: `.git`, or what a file of that name leads to (linked worktrees, submodules) where
 * that leads back. A link is not followed, and neither is a file that leads to the repository of another checkout:
 * a task that had this one may have put it there. Null when there is none.
 * @throws GitError when it cannot be seen, or the configuration that leads back not be read
 */
export async function gitFoldersOf(checkout: string, bounds: GitBounds = {}): Promise<GitFolders | null> {
  const path = join(checkout, '.git')
  const found = await statInRepository(path)
  if (found?.isDirectory()) return { own: path, common: path }
  const target = await leadsTo(path, /^gitdir: (.+?)\n*$/)
  if (target === null) return null
  const own = resolve(checkout, target)
  if ((await smallFile(join(own, 'HEAD'))) === null) return null
  const common = await leadsTo(join(own, 'commondir'), /^(.+?)\n*$/)
  const folders = { own, common: common === null ? own : resolve(own, common) }
  return (await leadsBack(folders, checkout, bounds)) ? folders : null
}

/**
 * True when a git folder names the checkout: a linked worktree's its `.git` file, a submodule's its folder. That of a
 * linked worktree is in the folder that it shares.
 */
async function leadsBack({ own, common }: GitFolders, checkout: string, bounds: GitBounds): Promise<boolean> {
  if (common !== own && (await realOf(join(own, '..', '..'))) !== (await realOf(common))) return false
  const file = await leadsTo(join(own, 'gitdir'), /^(.+?)\n*$/)
  const settings = file === null ? await readConfig(join(own, 'config'), bounds) : []
  const workTree = settings.findLast(({ key }) => key === 'core.worktree')?.value ?? null
  const named = file === null ? workTree && resolve(own, workTree) : dirname(resolve(own, file))
  return named !== null && named !== '' && (await realOf(named)) === (await realOf(checkout))
}

const realOf = (path: string): Promise<string> => realpath(path).catch(() => path)

async function leadsTo(path: string, form: RegExp): Promise<string | null> {
  return form.exec((await smallFile(path)) ?? '')?.[1] ?? null
}

/** The text of a file that is one, and small; null otherwise. */
export async function smallFile(path: string): Promise<string | null> {
  return (await readSmall(path, LONGEST))?.toString('utf8') ?? null
}

import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false']
/** Since git 2.47 a commit's upkeep goes on, with a lock in the repository, when the commit is done. */
const NO_UPKEEP = ['-c', 'maintenance.auto=false']

/** Runs git in a folder and gives its output without the last line end. */
export const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', [...AUTHOR, ...NO_UPKEEP, '-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trimEnd()

/**
 * A repository as a server has it: commits are made in it, and checkouts fetch from it. As GitHub does, it gives
 * out any commit by its id.
 */
export class Origin {
  readonly folder = temporaryFolder()

  constructor() {
    git(this.folder, 'init', '--quiet', '--initial-branch=main')
    git(this.folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  }

  /** Writes files (null removes one) and commits them on the branch that is checked out. Gives the commit's id. */
  commit(files: Readonly<Record<string, string | null>>): string {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name)
      mkdirSync(dirname(path), { recursive: true })
      if (text === null) rmSync(path)
      else writeFileSync(path, text)
    }
    git(this.folder, 'add', '--all')
    git(this.folder, 'commit', '--quiet', '--allow-empty', '--message=change')
    return git(this.folder, 'rev-parse', 'HEAD')
  }

  /** Switches to a new branch at a commit. */
  branch(name: string, at = 'HEAD'): void {
    git(this.folder, 'switch', '--quiet', '--create', name, at)
  }

  /** Merges two commits as a pull request's merge commit does: what it is based on is the first parent. */
  merge(base: string, head: string): string {
    git(this.folder, 'switch', '--quiet', '--detach', base)
    git(this.folder, 'merge', '--quiet', '--no-ff', '--message=merge', head)
    return git(this.folder, 'rev-parse', 'HEAD')
  }

  /** Checks a commit out into a folder as actions/checkout does; `depth` 0 with all history. */
  checkout(commit: string, depth: number, folder = temporaryFolder()): string {
    git(folder, 'init', '--quiet')
    git(folder, 'remote', 'add', 'origin', `file://${this.folder}`)
    const history = depth === 0 ? [] : [`--depth=${depth}`]
    const what = depth === 0 ? ['+refs/heads/*:refs/remotes/origin/*', commit] : [commit]
    git(folder, 'fetch', '--quiet', '--no-tags', ...history, 'origin', ...what)
    git(folder, 'checkout', '--quiet', '--detach', commit)
    return folder
  }
}

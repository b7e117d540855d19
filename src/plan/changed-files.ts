import { GitError, type GitOptions, git } from '../host/git.ts'
import type { Comparison } from './comparison.ts'

/** A server that does not answer costs the plan its choice of tasks, not the job its time. */
const FETCH_MS = 120_000

/** The paths that changed, relative to the repository. */
export interface Changed {
  readonly paths: readonly string[]
  /** The path of the folder that was asked about, with a slash at its end; empty for the repository's own. */
  readonly prefix: string
}

/**
 * What changed between two commits, in the repository that `folder` is in. Commits that the checkout lacks, as
 * shallow ones do, are fetched.
 * @throws GitError where it cannot be told
 */
export async function changedFiles(folder: string, comparison: Comparison): Promise<Changed> {
  const repository = new Repository(folder)
  const prefix = (await repository.git(['rev-parse', '--show-prefix'])).trimEnd()
  const [from, to] = await repository.ends(comparison)
  const names = await repository.git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to])
  return { paths: names.split('\0').filter((name) => name !== ''), prefix }
}

class Repository {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  git(args: readonly string[], options?: GitOptions): Promise<string> {
    return git(['-C', this.#folder, ...args], options)
  }

  /** The two commits whose difference is asked for, both there. */
  async ends({ from, to, sinceParting }: Comparison): Promise<[string, string]> {
    const base = sinceParting ? await this.#mergedInto(to) : null
    // HEAD merges `to` into its base, as the commit does that a pull request is checked out at: no third commit is needed.
    if (base !== null) return [await this.#commit(base), 'HEAD']
    const [start, end] = [await this.#commit(from), await this.#commit(to)]
    const parting = sinceParting ? await this.#try(['merge-base', start, end]) : null
    // Without their history the two themselves are compared: that shows all changes of `to`, and others.
    return [parting ?? start, end]
  }

  /** The first parent of HEAD where HEAD merges that commit into it. A shallow checkout has its parents' names too. */
  async #mergedInto(commit: string): Promise<string | null> {
    const head = await this.git(['cat-file', 'commit', 'HEAD'])
    const parents = [...(head.split('\n\n')[0] ?? '').matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, id]) => id)
    return parents[1] === commit ? (parents[0] ?? null) : null
  }

  /** The id of a commit, fetched where it is not there. */
  async #commit(name: string): Promise<string> {
    const here = (await this.#resolve(name)) ?? (await this.#resolve(`origin/${name}`))
    if (here !== null) return here
    const shallow = (await this.git(['rev-parse', '--is-shallow-repository'])).trim() === 'true'
    const options = ['--quiet', '--no-tags', '--no-recurse-submodules', ...(shallow ? ['--depth=1'] : [])]
    await this.git(['fetch', ...options, 'origin', name], { signal: AbortSignal.timeout(FETCH_MS) })
    return (await this.git(['rev-parse', '--verify', 'FETCH_HEAD^{commit}'])).trim()
  }

  #resolve(name: string): Promise<string | null> {
    return this.#try(['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
  }

  async #try(args: readonly string[]): Promise<string | null> {
    try {
      return (await this.git(args)).trim()
    } catch (error) {
      if (error instanceof GitError) return null
      throw error
    }
  }
}

import { join, relative, sep } from 'node:path'
import { isWithin } from '../../host/files.ts'
import { GitError, type GitOptions, statInRepository } from '../../host/git.ts'
import { gitFoldersOf } from '../../host/git-folders.ts'
import { type View, withView } from '../../host/git-view.ts'
import { type Access, withRemote } from '../file/remote.ts'
import type { Comparison } from './comparison.ts'

/** A server that does not answer costs the plan its choice of tasks, not the job its time. */
const FETCH_MS = 120_000
/** How many commits of history are fetched, step by step, to find where two parted. */
const DEPTHS = [50, 500, 5000]
/** What is asked of the objects that are there. */
const ASK_MS = 60_000

/** The paths that changed, relative to the repository; a submodule also with a slash at its end. */
export interface Changed {
  readonly paths: readonly string[]
  /** The path of the folder that was asked about, with a slash at its end; empty for the repository's own. */
  readonly prefix: string
}

/**
 * What changed between two commits, in the checkout that `folder` of the workspace is in. Commits that the checkout
 * lacks, as shallow ones do, are fetched, and not into the checkout.
 * @throws GitError when it cannot be found out
 */
export async function changedFiles(folder: string, comparison: Comparison, access: Access): Promise<Changed> {
  const checkout = await checkoutOf(access.paths.workspace, folder)
  const folders = await gitFoldersOf(checkout)
  if (folders === null) throw new GitError(`${checkout} is no git repository with its own .git`)
  const inside = relative(checkout, folder)
  const prefix = inside === '' ? '' : `${inside.replaceAll(sep, '/')}/`
  const { temp: scratch } = access.paths
  const paths = await withRemote(folders, access, ({ settings, transports }) => {
    const compare = (view: View) => pathsOf(new Repository(view, transports), comparison)
    return withView(folders, compare, { scratch, settings })
  })
  return { paths, prefix }
}

async function pathsOf(repository: Repository, comparison: Comparison): Promise<string[]> {
  const [from, to] = await repository.ends(comparison)
  const how = ['-r', '-z', '--raw', '--no-renames', '--no-ext-diff', '--no-textconv']
  const fields = (await repository.git(['diff-tree', ...how, from, to])).split('\0')
  return fields.flatMap((state, at) => (at % 2 === 0 ? namesOf(state, fields[at + 1] ?? '') : []))
}

/** A submodule is a folder to the author of patterns: it is named with a slash at its end, too. */
function namesOf(state: string, name: string): string[] {
  if (name === '') return []
  return /^:(160000 |\d+ 160000 )/.test(state) ? [name, `${name}/`] : [name]
}

/**
 * The innermost checkout around a folder, from the workspace on. Git is not asked: what it takes for a repository on
 * its way up may be an ordinary folder that a commit brought. Nothing that is committed is named `.git`.
 */
async function checkoutOf(workspace: string, folder: string): Promise<string> {
  if (!isWithin(folder, workspace)) return folder
  let found = workspace
  let at = workspace
  for (const name of relative(workspace, folder).split(sep)) {
    at = join(at, name)
    if (!(await isFolder(at))) break
    const git = await statInRepository(join(at, '.git'))
    if (git?.isDirectory()) found = at
    else if (git !== null && at !== workspace)
      throw new GitError(`${at} is a part of another repository, such as a submodule`)
  }
  return found
}

const isFolder = async (path: string): Promise<boolean> =>
  (await statInRepository(path))?.isDirectory() === true

class Repository {
  readonly #view: View
  readonly #transports: GitOptions['transports']

  constructor(view: View, transports: GitOptions['transports']) {
    this.#view = view
    this.#transports = transports
  }

  git(args: readonly string[]): Promise<string> {
    return this.#view.git(args, { timeoutMs: ASK_MS })
  }

  /** The two commits whose difference is asked for, both there. */
  async ends({ from, to, sinceParting }: Comparison): Promise<[string, string]> {
    const base = sinceParting ? await this.#mergedInto(to) : null
    // HEAD merges `to` into its base, as the commit does that a pull request is checked out at: no third commit is needed.
    if (base !== null) return [await this.#commit(base), 'HEAD']
    const [start, end] = [await this.#commit(from), await this.#commit(to)]
    const parting = sinceParting ? await this.#parting(start, end) : null
    // Without their history the two themselves are compared: that shows all changes of `to`, and others.
    return [parting ?? start, end]
  }

  /** Where two commits parted; null when their history, as far as it is fetched, does not say. */
  async #parting(start: string, end: string): Promise<string | null> {
    const find = () => this.#try(['merge-base', start, end])
    const giveUp = performance.now() + FETCH_MS
    let found = await find()
    for (const depth of DEPTHS) {
      const timeoutMs = Math.floor(giveUp - performance.now())
      if (found !== null || timeoutMs <= 0 || !(await this.#isShallow())) break
      const fetched = await this.#orNull(() => this.#fetch([`--depth=${depth}`], [start, end], timeoutMs))
      if (fetched === null) break
      found = await find()
    }
    return found
  }

  /** The first parent of HEAD where HEAD merges that commit into it. A shallow checkout has its parents' names too. */
  async #mergedInto(commit: string): Promise<string | null> {
    const head = await this.git(['cat-file', 'commit', 'HEAD'])
    const parents = [...(head.split('\n\n')[0] ?? '').matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, id]) => id)
    return parents[1] === commit ? (parents[0] ?? null) : null
  }

  /** The id of a commit, fetched where it is not there. */
  async #commit(name: string): Promise<string> {
    if (name.startsWith('-')) throw new GitError(`${name} is no name of a commit`)
    const here = (await this.#resolve(name)) ?? (await this.#resolve(`origin/${name}`))
    if (here !== null) return here
    await this.#fetch((await this.#isShallow()) ? ['--depth=1'] : [], [name], FETCH_MS)
    return (await this.git(['rev-parse', '--verify', 'FETCH_HEAD^{commit}'])).trim()
  }

  async #isShallow(): Promise<boolean> {
    return (await this.git(['rev-parse', '--is-shallow-repository'])).trim() === 'true'
  }

  #fetch(options: readonly string[], names: readonly string[], timeoutMs: number): Promise<string> {
    const all = ['--quiet', '--no-tags', '--no-recurse-submodules', ...options]
    const how = { timeoutMs, transports: this.#transports ?? [] }
    return this.#view.git(['fetch', ...all, 'origin', ...names], how)
  }

  #resolve(name: string): Promise<string | null> {
    return this.#try(['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
  }

  #try(args: readonly string[]): Promise<string | null> {
    return this.#orNull(async () => (await this.git(args)).trim())
  }

  async #orNull(ask: () => Promise<string>): Promise<string | null> {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof GitError) return null
      throw error
    }
  }
}

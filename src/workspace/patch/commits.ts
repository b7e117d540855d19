import { createWriteStream } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type GitBounds, GitError, git, type Repository } from '../../host/git.ts'
import { type Changes, chunksOf, filesBelow, systemPath } from '../changes.ts'
import { withRepository } from '../repository.ts'
import type { Baseline } from '../tree.ts'

/** What of a task's git folder says which commits there are; hooks and configuration are never run. */
const TAKEN = /^\.git\/(HEAD|packed-refs|shallow|refs\/.+|objects\/(?!info\/).+)$/

/** What a task committed. */
export interface Commits {
  /** References in the bundle; 0 where the task made no commit and there is no file. */
  readonly count: number
  /** The commit that was checked out before, and after; null when there is none. */
  readonly before: string | null
  readonly after: string | null
}

/** A repository whose commits are bundled. */
interface BundleSource {
  /** The checkout, and its git folder. */
  readonly base: string
  readonly gitFolder: string
  readonly objectFormat: string
}

/**
 * Writes the commits that a task made as a bundle (`git fetch FILE`), refs and a detached HEAD included. The
 * task's git folder is rebuilt from its references and objects alone, over the objects of the checkout.
 * @param changes of the git folder, as if that were `.git`; null when nothing in it counts
 */
export async function writeBundle(
  { base, gitFolder, objectFormat }: BundleSource,
  changes: Changes,
  baseline: Baseline,
  scratch: string,
  to: string,
  bounds: GitBounds = {},
): Promise<Commits | null> {
  const touched = [...changes.written.keys(), ...changes.deleted].filter((path) => TAKEN.test(path))
  if (touched.length === 0) return null
  const repository = join(scratch, 'commits.git')
  const at = { gitDir: repository }
  await git(at, ['init', '--bare', '--quiet', '--template=', `--object-format=${objectFormat}`], bounds)
  await mkdir(join(repository, 'objects', 'info'), { recursive: true })
  const inherited = (await filesBelow(gitFolder, ''))
    .map((path) => `.git/${path}`)
    .filter((path) => TAKEN.test(path) && !path.startsWith('.git/objects/'))
  const paths = new Set([...inherited, ...changes.written.keys()].filter((path) => TAKEN.test(path)))
  for (const path of paths) {
    const state = changes.written.get(path) ?? (changes.deleted.has(path) ? null : await baseline(path))
    if (state === null || state.mode === '120000') continue
    const target = systemPath(repository, path.slice('.git/'.length))
    await mkdir(Buffer.from(dirname(target.toString('latin1')), 'latin1'), { recursive: true })
    await pipeline(Readable.from(chunksOf(state)), createWriteStream(target))
  }
  await appendFile(join(repository, 'objects', 'info', 'alternates'), `${join(gitFolder, 'objects')}\n`)
  const before = await withRepository(base, ({ gitDir }) => references({ gitDir }, bounds), { scratch })
  const after = await references(at, bounds)
  const changed = [...after].filter(([name, id]) => before.get(name) !== id)
  const known = [...new Set(before.values())]
  const count = changed.length === 0 ? 0 : await bundle(at, changed, known, to, bounds)
  return { count, before: before.get('HEAD') ?? null, after: after.get('HEAD') ?? null }
}

/** A pack takes what memory it is let have for its deltas, in each of its threads. */
const FRUGAL = ['pack.windowMemory=256m', 'pack.threads=2']

async function bundle(
  repository: Repository,
  changed: [string, string][],
  known: readonly string[],
  to: string,
  bounds: GitBounds,
): Promise<number> {
  const names = changed.map(([name]) => name)
  const input = Buffer.from(
    [...names, ...known.map((id) => `^${id}`)].map((line) => `${line}\n`).join(''),
    'latin1',
  )
  try {
    await git(repository, ['bundle', 'create', '--quiet', to, '--stdin'], {
      ...bounds,
      input,
      settings: FRUGAL,
    })
    return names.length
  } catch (error) {
    // References that moved among commits which the checkout has: nothing is new.
    if (error instanceof GitError && /empty bundle/i.test(error.message)) return 0
    throw error
  }
}

/** All references (their names bytes, one a character) with the commit they name, a detached HEAD as `HEAD`. */
async function references(repository: Repository, bounds: GitBounds): Promise<Map<string, string>> {
  const listed = await git(repository, ['for-each-ref', '--format=%(objectname) %(refname)'], {
    ...bounds,
    encoding: 'latin1',
  })
  const found = new Map(
    listed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([id = '', name = '']) => [name, id]),
  )
  // Without a commit, HEAD names none: git answers 1 then.
  const options = { ...bounds, answers: [0, 1] }
  const head = (await git(repository, ['rev-parse', '--verify', '--quiet', 'HEAD'], options)).trim()
  if (head !== '') found.set('HEAD', head)
  return found
}

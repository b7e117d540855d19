import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type GitBounds, type GitOptions, git, type Repository } from '../../host/git.ts'
import { type Changes, chunksOf, contentSize, type FileState, inGitFolder } from '../changes.ts'
import { withRepository } from '../repository.ts'
import type { Baseline } from '../tree.ts'
import { layOutRules, stateAfter } from './attributes.ts'
import type { Stored } from './stored-forms.ts'

/**
 * Makes our own repository through which a patch goes. It borrows no objects of the checkout: git touches those
 * that it would have written again.
 */
export async function patchRepository(
  scratch: string,
  objectFormat: string,
  bounds: GitBounds = {},
): Promise<Repository> {
  const repository = { gitDir: join(scratch, 'patch.git') }
  await mkdir(repository.gitDir, { recursive: true })
  await git(
    repository,
    ['init', '--bare', '--quiet', '--template=', `--object-format=${objectFormat}`],
    bounds,
  )
  return repository
}

/**
 * Writes changes as a patch that `git apply` takes, binary files and renames included. Both states of what changed go
 * through the repository, in the form in which git stores them; the cost is that of the changes alone.
 * @returns false when nothing of it is a change to git, and there is no patch
 */
export async function writePatch(
  { changes, baseline, stored }: PatchContent,
  repository: Repository,
  scratch: string,
  to: string,
  bounds: GitBounds = {},
): Promise<boolean> {
  const input = fastImport(changes, baseline, stored)
  await git(repository, ['fast-import', '--quiet', '--done'], { ...bounds, input, settings: AS_THEY_ARE })
  const binary = join(scratch, 'binary-attributes')
  await writeFile(binary, '* -diff\n')
  const large = { ...bounds, settings: [`core.attributesFile=${binary}`] }
  await writeDiff(repository, 'files', '--find-renames', to, bounds)
  // `git apply` forgets that a link goes away where the patch says that it moves, so no link does.
  await appendDiff(repository, 'links', join(scratch, 'links.patch'), to, bounds)
  await appendDiff(repository, 'large', join(scratch, 'large.patch'), to, large)
  if ((await stat(to)).size > 0) return true
  await rm(to)
  return false
}

/** What a patch is of. */
interface PatchContent {
  readonly changes: Changes
  readonly baseline: Baseline
  readonly stored: Pick<Stored, 'before' | 'after'>
}

/** Large contents are not compared with others, which takes several times their size, and little is gained by packing. */
const AS_THEY_ARE = ['core.bigFileThreshold=8m', 'pack.compression=1']

async function appendDiff(
  repository: Repository,
  kind: Kind,
  part: string,
  to: string,
  how: GitOptions,
): Promise<void> {
  await writeDiff(repository, kind, '--no-renames', part, how)
  await pipeline(createReadStream(part), createWriteStream(to, { flags: 'a' }))
}

async function writeDiff(
  repository: Repository,
  kind: Kind,
  renames: string,
  to: string,
  how: GitOptions,
): Promise<void> {
  const form = ['--binary', '--full-index', renames, '--no-ext-diff', '--no-textconv', '--no-color']
  const prefixes = ['--src-prefix=a/', '--dst-prefix=b/', `--output=${to}`]
  const states = [`refs/heads/${kind}-before`, `refs/heads/${kind}-after`]
  await git(repository, ['diff-tree', '-r', '-p', ...form, ...prefixes, ...states], how)
}

/** The two states of every path that changed, as git-fast-import(1) takes them. */
async function* fastImport(
  changes: Changes,
  baseline: Baseline,
  stored: PatchContent['stored'],
): AsyncGenerator<Buffer> {
  const commits = { files: newStates(), links: newStates(), large: newStates() }
  let mark = 0
  const paths = new Set([
    ...[...changes.written.keys(), ...changes.deleted],
    ...[...stored.before.keys(), ...stored.after.keys()],
  ])
  for (const path of paths) {
    const raw = { before: await baseline(path), after: changes.written.get(path) }
    const states = SIDES.map((side) => (stored[side].has(path) ? stored[side].get(path) : raw[side]) ?? null)
    const kind =
      commits[
        await kindOf(states.map((state, at) => (state && 'id' in state ? raw[SIDES[at] ?? 'after'] : state)))
      ]
    for (const [at, state] of states.entries()) {
      if (state === null) continue
      const name = 'id' in state ? state.id : `:${++mark}`
      if (!('id' in state)) yield* blob(mark, state)
      kind[SIDES[at] ?? 'after'].push(`M ${state.mode} ${name} ${quotePath(path)}\n`)
    }
  }
  for (const kind of KINDS) {
    yield Buffer.from(`${commit(`${kind}-before`)}deleteall\n${commits[kind].before.join('')}\n`)
    yield Buffer.from(`${commit(`${kind}-after`)}deleteall\n${commits[kind].after.join('')}\n`)
  }
  yield Buffer.from('done\n')
}

const SIDES = ['before', 'after'] as const

/** Paths that are links, before or after, those whose files are large, and all others. */
const KINDS = ['files', 'links', 'large'] as const
type Kind = (typeof KINDS)[number]

/**
 * From this size on a file goes into the patch as a binary one does, and is looked at for no rename: git takes some
 * 40 bytes for each line of both states, 1.6 GB for 40 MB of line ends.
 */
const LARGE = 8 * 1024 ** 2

async function kindOf(states: readonly (FileState | null | undefined)[]): Promise<Kind> {
  const there = states.filter((state) => state != null)
  if (there.some(({ mode }) => mode === '120000')) return 'links'
  const sizes = await Promise.all(there.map(contentSize))
  return sizes.some((size) => size > LARGE) ? 'large' : 'files'
}

const newStates = (): { before: string[]; after: string[] } => ({ before: [], after: [] })

const commit = (name: string): string =>
  `commit refs/heads/${name}\ncommitter acode <acode> 0 +0000\ndata 0\n`

async function* blob(mark: number, state: FileState): AsyncGenerator<Buffer> {
  yield Buffer.from(`blob\nmark :${mark}\ndata ${await contentSize(state)}\n`)
  yield* chunksOf(state)
  yield Buffer.from('\n')
}

/** A path in C style quotes, every byte that is not plain as an octal escape. */
function quotePath(path: string): string {
  const escaped = path.replace(
    /[^\x20-\x7e]|["\\]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
  return `"${escaped}"`
}

/**
 * Splits off what git ignores: it is left out of patches, and counted. The rules are those that the task left; what
 * the checkout tracks is never ignored, nor is what is wanted all the same. Git folders of nested repositories, which no patch may hold, go with it.
 */
export async function withoutIgnored(
  checkout: string,
  changes: Changes,
  baseline: Baseline,
  scratch: string,
  bounds: GitBounds = {},
  isWanted: (path: string) => boolean = () => false,
): Promise<{ changes: Changes; ignored: number }> {
  const all = [...changes.written.keys(), ...changes.deleted]
  const paths = all.filter((path) => !inGitFolder(path))
  if (all.length === 0) return { changes, ignored: 0 }
  const rules = join(scratch, 'ignore-rules')
  await layOutRules(all, '.gitignore', stateAfter(changes, baseline), rules)
  const ignored = await ignoredOf(checkout, rules, paths, scratch, bounds)
  const isKept = (path: string) => (!ignored.has(path) || isWanted(path)) && !inGitFolder(path)
  const written = new Map([...changes.written].filter(([path]) => isKept(path)))
  const deleted = new Set([...changes.deleted].filter(isKept))
  return { changes: { ...changes, written, deleted }, ignored: all.length - written.size - deleted.size }
}

/**
 * Which of the paths are ignored, but for those that are tracked all the same.
 * @throws GitError
 */
async function ignoredOf(
  checkout: string,
  workTree: string,
  paths: readonly string[],
  scratch: string,
  bounds: GitBounds,
): Promise<Set<string>> {
  const how = { ...bounds, workTree, encoding: 'latin1' } as const
  return withRepository(
    checkout,
    async (view) => {
      const input = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1')
      // Without the index, for with it paths in submodules are an error. 1 says that none is ignored.
      const args = ['check-ignore', '--no-index', '-z', '--stdin']
      const matched = namesIn(await view.git(args, { ...how, input, answers: [0, 1] }))
      if (matched.size === 0) return matched
      const tracked = ['ls-files', '--cached', '--ignored', '--exclude-standard', '-z']
      for (const path of namesIn(await view.git(tracked, how))) matched.delete(path)
      return matched
    },
    { scratch },
  )
}

const namesIn = (list: string): Set<string> => new Set(list.split('\0').filter((name) => name !== ''))

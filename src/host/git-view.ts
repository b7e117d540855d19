import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { unlessNowhere } from './files.ts'
import { GitError, type GitOptions, git, type Repository, statInRepository } from './git.ts'
import { formatSettings, type GitSetting, readConfig } from './git-config.ts'
import { type GitFolders, smallFile } from './git-folders.ts'
import { openRegular } from './read-file.ts'

/** A repository of a checkout as git may see it. */
export interface View {
  readonly gitDir: string
  /** Runs git on it, as {@link git} does; on the files of `workTree` where that is named. */
  git(args: readonly string[], options?: GitOptions & Pick<Repository, 'workTree'>): Promise<string>
}

/** How to look at a repository. */
export interface ViewOptions {
  /** A folder in which the view is made; no task may write to it. */
  readonly scratch: string
  /** Settings that the view has, such as a remote. */
  readonly settings?: readonly GitSetting[]
}

/**
 * Lets git see what is in a repository (objects, references, index, rules of what is ignored) and not what is to be
 * done with it: configuration, hooks and attributes stay outside. The view is our own repository that borrows
 * the other's objects and links to its references. What is fetched into it goes with it, so that the checkout stays
 * as it was.
 * @throws GitError when git cannot read the repository
 */
export async function withView<T>(
  folders: GitFolders,
  use: (view: View) => Promise<T>,
  { scratch, settings = [] }: ViewOptions,
): Promise<T> {
  const gitDir = await mkdtemp(join(scratch, 'acode-git-'))
  try {
    await fill(gitDir, folders, settings)
    return await use({
      gitDir,
      git: (args, { workTree, ...options } = {}) =>
        git(workTree === undefined ? { gitDir } : { gitDir, workTree }, args, options),
    })
  } finally {
    await rm(gitDir, { recursive: true, force: true })
  }
}

async function fill(
  view: string,
  { own, common }: GitFolders,
  settings: readonly GitSetting[],
): Promise<void> {
  const head = await smallFile(join(own, 'HEAD'))
  if (head === null || !HEAD.test(head)) throw new GitError(`${own} is not a git repository: it has no HEAD`)
  for (const name of ['objects', 'refs'])
    if (!(await isKind(join(common, name), 'folder')))
      throw new GitError(`${common} is not a git repository: it has no folder ${name}`)
  await requireNoLinks(join(common, 'refs'))
  await mkdir(join(view, 'objects', 'info'), { recursive: true })
  await mkdir(join(view, 'info'))
  await writeFile(join(view, 'objects', 'info', 'alternates'), `${join(common, 'objects')}\n`)
  await writeFile(join(view, 'HEAD'), head)
  const text = formatSettings([...(await formatSettingsOf(common)), ...settings])
  await writeFile(join(view, 'config'), text, { encoding: 'latin1', mode: 0o600 })
  await link('folder', common, view, 'refs')
  await link('folder', common, view, 'reftable')
  await link('file', common, view, 'packed-refs')
  await link('file', common, view, 'info/exclude')
  await link('file', own, view, 'index')
  // Git sets the time of what a split index builds on, and writes anew where a fetched history ends.
  const shared = (await readdir(own)).filter((name) => SHARED_INDEX.test(name))
  if (shared.length > MOST_SHARED) throw new GitError(`${own} has ${shared.length} shared indexes`)
  for (const name of shared) await copy(own, view, name)
  await copy(common, view, 'shallow')
}

const HEAD = /^(ref: refs\/[^\0-\x20]+|[0-9a-f]{40}|[0-9a-f]{64})\s*$/
/** What a split index builds on. */
const SHARED_INDEX = /^sharedindex\.[0-9a-f]{40,64}$/
/** Git removes those that it has not used for two weeks. */
const MOST_SHARED = 64
/** The index of a million files is half as long. */
const LONGEST_COPY = 256 * 1024 ** 2

type Kind = 'file' | 'folder'

async function isKind(path: string, kind: Kind): Promise<boolean> {
  const found = await statInRepository(path)
  return kind === 'file' ? found?.isFile() === true : found?.isDirectory() === true
}

/** Links to a part of a repository, where it is there and no link itself: that could lead anywhere. */
async function link(kind: Kind, from: string, to: string, name: string): Promise<void> {
  const source = join(from, name)
  if (!(await isKind(source, kind)) || !(await isKind(dirname(source), 'folder'))) return
  await symlink(source, join(to, name))
}

/** Copies a file of a repository, where it is there and no link. */
async function copy(from: string, to: string, name: string): Promise<void> {
  const path = join(from, name)
  const file = await openRegular(path)
    .catch(unlessNowhere)
    .catch((error: Error) => {
      throw new GitError(`${path} cannot be read: ${error.message}`, { cause: error })
    })
  if (file === null) return
  try {
    const { size } = await file.stat()
    if (size > LONGEST_COPY) throw new GitError(`${path} has ${size} bytes, as no file of git’s has`)
    await pipeline(file.createReadStream({ autoClose: false }), createWriteStream(join(to, name)))
  } finally {
    await file.close()
  }
}

/** References are followed wherever they lead, which may be to those of another repository. */
async function requireNoLinks(refs: string): Promise<void> {
  const entries = await readdir(refs, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw new GitError(`the references in ${refs} cannot be read: ${error.message}`)
  })
  const link = entries.find((entry) => entry.isSymbolicLink())
  if (link) throw new GitError(`${join(link.parentPath, link.name)} is a link`)
}

/** Settings that say in what form a repository is. */
const FORM = /^(core\.repositoryformatversion|extensions\..*)$/
/** Extensions that say where else to look, for objects and for settings. */
const ELSEWHERE = /^extensions\.(partialclone|worktreeconfig)$/

/**
 * In what form a repository is, as settings. Git says where it does not know one.
 * @throws GitError
 */
export async function formatSettingsOf(common: string): Promise<GitSetting[]> {
  const settings = (await readConfig(join(common, 'config'))).filter(({ key }) => FORM.test(key))
  const form = settings.filter(({ key }) => !ELSEWHERE.test(key))
  const odd = form.find(({ value }) => !/^[\w.-]*$/.test(value ?? ''))
  if (odd !== undefined) throw new GitError(`${odd.key} of ${common} has a value that is no format`)
  return form
}

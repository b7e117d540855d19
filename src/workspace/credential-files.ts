import { dirname, join } from 'node:path'
import { type GitBounds, GitError } from '../host/git.ts'
import { gitFoldersOf } from '../host/git-folders.ts'
import { withView } from '../host/git-view.ts'
import { readSmall } from '../host/read-file.ts'
import { lookAt, systemPath } from './changes.ts'

/** A kind of file in which programs keep credentials. */
interface Kind {
  /** For `find -iname`. */
  readonly name: string
  /** Of its path in the workspace; without one every file of the name is meant. */
  readonly path?: RegExp
  /** What is in it where it holds a credential rather than the name of a variable; without one it always does. */
  readonly holds?: RegExp
  /**
   * What the task has in its place. Null: the file stays as it is, for it is also what packages are installed by, and
   * a task without it fails in ways that are hard to explain.
   */
  readonly instead: string | null
}

const EMPTY_JSON = '{}\n'

/** Files that steps of a job write, most of them where they take the workspace for HOME. */
const KINDS: readonly Kind[] = [
  // google-github-actions/auth, in the workspace itself.
  { name: 'gha-creds-*.json', path: /(^|\/)gha-creds-[0-9a-f]+\.json$/, instead: EMPTY_JSON },
  { name: '.git-credentials', instead: '' },
  { name: '.netrc', instead: '' },
  { name: '_netrc', instead: '' },
  { name: 'credentials*', path: /(^|\/)\.(aws|config\/git)\/credentials$/, instead: '' },
  {
    name: 'config.json',
    path: /(^|\/)\.docker\/config\.json$/,
    holds: /"(auth|identitytoken)"/,
    instead: EMPTY_JSON,
  },
  { name: '.dockercfg', instead: EMPTY_JSON },
  { name: 'auth.json', path: /(^|\/)containers\/auth\.json$/, instead: EMPTY_JSON },
  { name: 'config', path: /(^|\/)\.kube\/config$/, instead: '' },
  { name: 'hosts.yml', path: /(^|\/)\.config\/gh\/hosts\.yml$/, instead: '' },
  { name: 'id_*', path: /(^|\/)\.ssh\/id_\w+$/, instead: '' },
  {
    name: '*credentials*',
    path: /(^|\/)(\.config\/gcloud\/|\.terraform\.d\/).*credentials[^/]*$/,
    instead: '',
  },
  { name: 'msal_token_cache.*', path: /(^|\/)\.azure\//, instead: '' },
  { name: '.npmrc', holds: /(_authToken|_auth|_password)[ \t]*=[ \t]*(?!\$\{)\S/, instead: null },
  { name: '.yarnrc.yml', holds: /npmAuth(Token|Ident):\s*["']?(?!\$\{)\w/, instead: null },
  { name: '.pypirc', holds: /^[ \t]*password[ \t]*[=:][ \t]*\S/m, instead: null },
  { name: 'pip.conf', holds: /:\/\/[^\s/@:]+:[^\s/@$]+@/, instead: null },
  { name: 'nuget.config', holds: /"?(ClearText)?Password"?\s+value="(?!%)/i, instead: null },
  { name: 'settings.xml', holds: /<password>(?!\$\{)[^<]/, instead: null },
  { name: 'auth.json', holds: /"(http-basic|github-oauth|gitlab-token|bearer)"/, instead: null },
  { name: 'credentials*', path: /(^|\/)\.(cargo|gem)\/credentials(\.toml)?$/, instead: null },
  { name: '.terraformrc', holds: /token\s*=\s*"/, instead: null },
]

/** A credential store in a git folder, such as `git config credential.helper 'store --file=.git/credentials'` makes. */
const GIT_STORE: Kind = { name: '.credentials*', instead: '' }

/** The names of the files that come into question, as `find -iname` takes them. */
export const CREDENTIAL_NAMES: readonly string[] = [...new Set([...KINDS, GIT_STORE].map(({ name }) => name))]

/** Credentials that a step of the job wrote into the workspace. Paths are bytes, one a character (latin1). */
export interface CredentialFiles {
  /** What the task has in the place of those that it can do without. */
  readonly replaced: readonly { readonly path: string; readonly content: string }[]
  /** Those that are in its copy all the same. */
  readonly kept: readonly string[]
}

/**
 * Of files with such names those that hold a credential and that no repository of the workspace has committed: what is
 * committed is everybody's who can read the repository. Where git cannot say, they count as not committed.
 */
export async function credentialFiles(
  workspace: string,
  paths: readonly string[],
  isCommitted: IsCommitted,
): Promise<CredentialFiles> {
  const replaced: { path: string; content: string }[] = []
  const kept: string[] = []
  // One after the other: a repository may have as many of them as the system does not hold open at once.
  for (const path of paths) {
    const kind = await kindOf(workspace, path)
    if (kind === null || (await isCommitted(path))) continue
    if (kind.instead === null) kept.push(path)
    else replaced.push({ path, content: kind.instead })
  }
  return { replaced, kept }
}

async function kindOf(workspace: string, path: string): Promise<Kind | null> {
  if (/(^|\/)\.?credentials[^/]*$/.test(path) && (await isGitFolder(workspace, dirname(path))))
    return GIT_STORE
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  for (const kind of KINDS) {
    if (!fits(kind.name, name) || kind.path?.test(path) === false) continue
    if (!kind.holds) return kind
    if (kind.holds.test(await textOf(systemPath(workspace, path)))) return kind
  }
  return null
}

/** A file this long was not written by hand, and holds no credential. */
const LONGEST = 1024 * 1024

async function textOf(file: Buffer): Promise<string> {
  return (await readSmall(file, LONGEST))?.toString('latin1') ?? ''
}

/** Whether a name fits a pattern of `find -iname` that has no wildcard but `*`. */
const fits = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name)

/** Whether a file of the workspace is committed. */
export type IsCommitted = (path: string) => Promise<boolean>

/** Asks the repository that a file is in, each once. `scratch` is a folder that only this user may enter. */
export function committedIn(workspace: string, scratch: string, bounds: GitBounds = {}): IsCommitted {
  const known = new Map<string, Promise<ReadonlySet<string>>>()
  return async (path) => {
    if (/(^|\/)\.git\//.test(path)) return false
    const top = await repositoryAbove(workspace, path)
    if (top === null) return false
    const files =
      known.get(top) ?? committedFiles(top === '' ? workspace : join(workspace, top), scratch, bounds)
    known.set(top, files)
    return (await files).has(top === '' ? path : path.slice(top.length + 1))
  }
}

/** The nearest folder above a file that has a git folder; '' is the workspace itself, null none. */
async function repositoryAbove(workspace: string, path: string): Promise<string | null> {
  for (let folder = path; folder !== ''; ) {
    folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : ''
    const git = systemPath(workspace, folder === '' ? '.git' : `${folder}/.git`)
    if ((await lookAt(git)) !== null) return folder
  }
  return null
}

/** Committed, or at least added: what the index has. None when git cannot say. */
async function committedFiles(
  checkout: string,
  scratch: string,
  bounds: GitBounds,
): Promise<ReadonlySet<string>> {
  try {
    const folders = await gitFoldersOf(checkout, bounds)
    if (folders === null) return new Set()
    const list = ['ls-files', '--cached', '-z']
    const text = await withView(folders, (view) => view.git(list, { ...bounds, encoding: 'latin1' }), {
      scratch,
    })
    return new Set(text.split('\0'))
  } catch (error) {
    if (error instanceof GitError) return new Set()
    throw error
  }
}

/** True for a git folder by whatever name: `.git`, a submodule's, a bare mirror. */
export async function isGitFolder(workspace: string, folder: string): Promise<boolean> {
  const parts = ['HEAD', 'objects', 'refs'].map((part) => `${folder}/${part}`)
  const found = await Promise.all(parts.map((part) => lookAt(systemPath(workspace, part))))
  return found.every((one) => one !== null)
}

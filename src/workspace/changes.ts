import { createHash } from 'node:crypto'
import { constants, createReadStream, type Dirent, type Stats } from 'node:fs'
import { access, lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { IN_MEMORY } from '../formats/tar-reader.ts'
import { lstatIfThere } from '../host/files.ts'
import { isErrno } from '../host/open-folder.ts'

/** A file as git sees it: its mode, and its content, a link's being its target. */
export interface FileState {
  readonly mode: '100644' | '100755' | '120000'
  readonly content: { readonly bytes: Buffer } | { readonly file: Buffer }
}

/** What a task did to its workspace. Paths are bytes, one a character (latin1), relative to the workspace. */
export interface Changes {
  /** Added and modified files, with their new state. */
  readonly written: ReadonlyMap<string, FileState>
  readonly deleted: ReadonlySet<string>
  /** Sockets, pipes and devices, which no patch can hold. */
  readonly special: readonly string[]
  /** What the task had in place of the workspace's own: unless it wrote it, there is nothing of it to collect. */
  readonly replaced?: ReadonlySet<string>
}

/** A path of bytes as the system's calls take it. */
export const systemPath = (folder: string, path: string): Buffer =>
  Buffer.concat([Buffer.from(folder), Buffer.from('/'), Buffer.from(path, 'latin1')])

/**
 * What is at a path of a folder; null when nothing is, and in a folder that lets this process not in: such a folder
 * costs itself alone. A link on the way leads out of the folder, and to what is not in it.
 */
export async function statInside(folder: string, path: string): Promise<Stats | null> {
  const found = await lookAt(path === '' ? folder : systemPath(folder, path))
  if (found === null) return null
  const parts = path.split('/')
  for (let depth = 1; depth < parts.length; depth++) {
    const above = await lookAt(systemPath(folder, parts.slice(0, depth).join('/')))
    if (!above?.isDirectory()) return null
  }
  return found
}

/** What is at a path; null when nothing is, and in a folder that lets this process not in. */
export const lookAt = (path: string | Buffer): Promise<Stats | null> =>
  lstatIfThere(path).catch((error: unknown) => {
    if (isErrno(error, 'EACCES', 'EPERM')) return null
    throw error
  })

/** Characters that HFS+ does not see in a name (git's utf8.c, `next_hfs_char`). */
const UNSEEN = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g
/** What is a git folder on some file system: case, NTFS's short name, ends and streams (git's path.c, `is_ntfs_dotgit`). */
const GIT_FOLDER = /^(\.git|git~1)[ .]*([:\\].*)?$/is

const isGitFolderName = (name: string): boolean =>
  GIT_FOLDER.test(Buffer.from(name, 'latin1').toString().replace(UNSEEN, ''))

/** True for a git folder at any depth and what is in it: git refuses such paths, however they are spelt. */
export const inGitFolder = (path: string): boolean => path.split('/').some(isGitFolderName)

/** The folders that a path is in, the outermost first. */
export function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'))
}

/** All files and links at or below a path of a folder; none when nothing is there. */
export async function filesBelow(folder: string, path: string): Promise<string[]> {
  const found = await statInside(folder, path)
  return found === null ? [] : filesOf(folder, path, found)
}

async function filesOf(folder: string, path: string, state: Stats | Dirent<Buffer>): Promise<string[]> {
  if (!state.isDirectory()) return state.isFile() || state.isSymbolicLink() ? [path] : []
  const found: string[] = []
  const full = path === '' ? folder : systemPath(folder, path)
  for (const entry of await readdir(full, { encoding: 'buffer', withFileTypes: true }).catch(unlessClosed)) {
    const inner = await filesOf(folder, joinPath(path, entry.name.toString('latin1')), entry)
    for (const one of inner) found.push(one)
  }
  return found
}

/** What is in a folder that lets this process not in was in no copy of it. */
function unlessClosed(error: unknown): Dirent<Buffer>[] {
  if (isErrno(error, 'EACCES', 'EPERM')) return []
  throw error
}

const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** The state of a file of a folder; null when there is none, or no file. */
export async function stateOf(folder: string, path: string): Promise<FileState | null> {
  const full = systemPath(folder, path)
  const found = await statInside(folder, path)
  if (found?.isSymbolicLink())
    return { mode: '120000', content: { bytes: await readlink(full, { encoding: 'buffer' }) } }
  return found?.isFile() ? { mode: fileMode(found.mode), content: { file: full } } : null
}

/** Git keeps of a file's mode whether its owner may run it. */
export const fileMode = (mode: number): FileState['mode'] => (mode & 0o100 ? '100755' : '100644')

/** True when both are the same file to git. One that this process may not read is like no other. */
export async function isSame(one: FileState | null, other: FileState): Promise<boolean> {
  if (one === null || one.mode !== other.mode) return false
  if ((await contentSize(one)) !== (await contentSize(other))) return false
  try {
    const [a, b] = await Promise.all([hashOf(one), hashOf(other)])
    return a === b
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM')) return false
    throw error
  }
}

/** True when there may be a file at a path that this process may not read, as others leave in a checkout. */
export async function isClosed(folder: string, path: string): Promise<boolean> {
  const full = systemPath(folder, path)
  try {
    if ((await lstat(full)).isFile()) await access(full, constants.R_OK)
    return false
  } catch (error) {
    return isErrno(error, 'EACCES', 'EPERM')
  }
}

/** The size of a file's content in bytes. */
export async function contentSize({ content }: FileState): Promise<number> {
  return 'bytes' in content ? content.bytes.length : (await lstat(content.file)).size
}

/** A file's content as it is read. */
export async function* chunksOf(state: FileState): AsyncGenerator<Buffer> {
  const { content } = state
  if ('bytes' in content) yield content.bytes
  else if ((await contentSize(state)) <= IN_MEMORY) yield await readFile(content.file)
  else yield* createReadStream(content.file)
}

async function hashOf(state: FileState): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunksOf(state)) hash.update(chunk)
  return hash.digest('hex')
}

/** Whether nothing was written or deleted. */
export const isEmpty = ({ written, deleted }: Changes): boolean => written.size === 0 && deleted.size === 0

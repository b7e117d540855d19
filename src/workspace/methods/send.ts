import { type FileHandle, lstat, readdir, readlink } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { messageOf, TaskError } from '../../errors.ts'
import type { TarEntry } from '../../formats/tar-writer.ts'
import { isErrno } from '../../host/open-folder.ts'
import { openRegular } from '../../host/read-file.ts'
import { type FileState, stateOf, systemPath } from '../changes.ts'
import type { CredentialFiles } from '../credential-files.ts'
import type { Replacement } from '../repository.ts'
import { treeChanges } from '../tree.ts'
import type { Workspace, WorkspaceMethod, WorkspaceRequest } from '../workspace.ts'
import { asUnusable } from './helper.ts'

/** A folder of the runner, some of which goes into the task's copy at the same paths. */
interface Source {
  readonly folder: string
  readonly includes: (path: string) => boolean
}

/** What a working copy is filled with. */
interface Sent {
  readonly method: WorkspaceMethod
  readonly sources: readonly Source[]
  readonly replacements: readonly Replacement[]
  /** What steps of the job wrote; null where it is not looked for. */
  readonly credentials: CredentialFiles | null
  /** The folder whose git objects the task's commits build on. */
  readonly base: string
}

/** A working copy in a volume of the container's, filled through the engine from folders of the runner. */
export function prepareSent(
  request: WorkspaceRequest,
  { method, sources, replacements, credentials, base }: Sent,
): Workspace {
  const { docker, path, cancel } = request
  const sent = new Set<string>()
  const unread: string[] = []
  const replaced = new Map(replacements.map((one) => [one.path, Buffer.from(one.content, 'latin1')]))
  const baseline = async (file: string): Promise<FileState | null> => {
    const bytes = replaced.get(file)
    if (bytes) return { mode: '100644', content: { bytes } }
    const source = sources.find(({ includes }) => includes(file))
    return source && sent.has(file) ? stateOf(source.folder, file) : null
  }
  return {
    method,
    reason: request.reason,
    path,
    kind: 'copy',
    credentials: Promise.resolve(credentials),
    unread,
    mount: async () => ({ options: {} }),
    async fill(container, user) {
      unread.length = 0
      const entries = (root: string) => entriesOf(sources, { replaced, sent, unread, root, user })
      await asUnusable(() => docker.archives.putFolder(container, path, entries, cancel))
    },
    async collect(container, store, budget) {
      const collected = {
        changes: { written: new Map(), deleted: new Set<string>(), special: [] },
        baseline,
        base,
        isDrawn: true,
        // The git folder may be another's, the files are those of the last source.
        tree: sources.at(-1)?.folder ?? base,
      }
      const read = async (archive: Readable) => {
        const changes = await treeChanges(archive, sent, baseline, store, budget)
        Object.assign(collected, { changes: { ...changes, replaced: new Set(replaced.keys()) } })
      }
      await docker.archives.get(container, path, read, { signal: budget.signal })
      return collected
    },
    isInContainer: true,
    dispose: async () => undefined,
  }
}

/** What entries are made with, and what became of the files. */
interface Sending {
  readonly replaced: ReadonlyMap<string, Buffer>
  /** Filled with the paths of the files that were sent. */
  readonly sent: Set<string>
  /** Filled with the paths that this process may not read. */
  readonly unread: string[]
  /** The name of the folder that they go into. */
  readonly root: string
  readonly user: { readonly uid: number; readonly gid: number }
}

async function* entriesOf(sources: readonly Source[], sending: Sending): AsyncGenerator<TarEntry> {
  for (const source of sources) yield* below(source, sending, '')
}

async function* below(source: Source, sending: Sending, path: string): AsyncGenerator<TarEntry> {
  const { replaced, sent, unread, root, user } = sending
  const full = path === '' ? Buffer.from(source.folder) : systemPath(source.folder, path)
  const found = await lstat(full, { bigint: true }).catch(unlessGone)
  if (found === null) return
  const entry = {
    path: path === '' ? root : `${root}/${path}`,
    mode: Number(found.mode) & 0o7777,
    mtimeNs: found.mtimeNs,
    ...user,
  }
  const bytes = replaced.get(path)
  if (found.isDirectory()) {
    yield { ...entry, type: 'folder' }
    for (const name of await namesIn(full, path, unread)) {
      const inner = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`
      if (source.includes(inner)) yield* below(source, sending, inner)
    }
    return
  }
  if (!found.isFile() && !found.isSymbolicLink()) return
  if (bytes) {
    sent.add(path)
    yield { ...entry, type: 'file', size: bytes.length, content: [bytes] }
  } else if (found.isSymbolicLink()) {
    const target = (await readlink(full, { encoding: 'buffer' })).toString('latin1')
    sent.add(path)
    yield { ...entry, type: 'link', target }
  } else {
    const file = await openRegular(full).catch(unlessGone).catch(noteClosed(path, unread))
    if (file === null) return
    try {
      sent.add(path)
      yield { ...entry, type: 'file', size: Number(found.size), content: contentOf(file) }
    } finally {
      await file.close()
    }
  }
}

/** Read when it is asked for, which an empty file never is: a stream that is never read keeps its file open. */
async function* contentOf(file: FileHandle): AsyncGenerator<Buffer> {
  yield* file.createReadStream({ autoClose: false })
}

/** A file that this process may not read costs itself alone. */
const noteClosed = (path: string, unread: string[]) => (error: unknown) => {
  if (!isErrno(error, 'EACCES', 'EPERM')) throw error
  unread.push(path)
  return null
}

/** What went away since its folder was read does no harm. */
function unlessGone(error: unknown): null {
  if (isErrno(error, 'ENOENT')) return null
  throw error
}

/**
 * The names in a folder; none when this process may not read them.
 * @throws TaskError ACODE-CTN-010 when that is the workspace itself
 */
async function namesIn(folder: Buffer, path: string, unread: string[]): Promise<Buffer[]> {
  try {
    return await readdir(folder, { encoding: 'buffer' })
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    if (path === '' && isErrno(error, 'EACCES', 'EPERM'))
      throw new TaskError(
        'ACODE-CTN-010',
        `The workspace ${folder} cannot be read by the runner’s user: ${messageOf(error)}. Give it to that user (chown), or let it read the folder.`,
        { cause: error },
      )
    noteClosed(path, unread)(error)
    return []
  }
}

import { lstat, readdir, readlink } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { type TarEntry, writeTar } from '../formats/tar-writer.ts'
import { openRegular } from '../host/read-file.ts'
import { type FileState, stateOf, systemPath } from './changes.ts'
import { asUnusable } from './helper.ts'
import type { Replacement } from './repository.ts'
import { treeChanges } from './tree.ts'
import type { Workspace, WorkspaceMethod, WorkspaceRequest } from './workspace.ts'

/** A folder of the runner, some of which goes into the task's copy at the same paths. */
export interface Source {
  readonly folder: string
  readonly includes: (path: string) => boolean
}

/** A working copy in a volume of the container's, filled through the engine from folders of the runner. */
export function prepareSent(
  request: WorkspaceRequest,
  method: WorkspaceMethod,
  sources: readonly Source[],
  replacements: readonly Replacement[],
  base: string,
): Workspace {
  const { docker, path, cancel } = request
  const sent = new Set<string>()
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
    mount: async () => ({ options: {} }),
    async fill(container, user) {
      const { parent, name } = splitPath(path)
      await asUnusable(() =>
        docker.archives.put(
          container,
          parent,
          writeTar(entriesOf(sources, replaced, sent, name, user)),
          cancel,
        ),
      )
    },
    async collect(container, store, budget) {
      const collected = {
        changes: { written: new Map(), deleted: new Set<string>(), special: [] },
        baseline,
        base,
        isDrawn: true,
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

type User = { readonly uid: number; readonly gid: number }

async function* entriesOf(
  sources: readonly Source[],
  replaced: ReadonlyMap<string, Buffer>,
  sent: Set<string>,
  root: string,
  user: User,
): AsyncGenerator<TarEntry> {
  for (const source of sources) yield* below(source, replaced, sent, root, '', user)
}

async function* below(
  source: Source,
  replaced: ReadonlyMap<string, Buffer>,
  sent: Set<string>,
  root: string,
  path: string,
  user: User,
): AsyncGenerator<TarEntry> {
  const full = path === '' ? Buffer.from(source.folder) : systemPath(source.folder, path)
  const found = await lstat(full, { bigint: true })
  const entry = {
    path: path === '' ? root : `${root}/${path}`,
    mode: Number(found.mode) & 0o7777,
    mtimeNs: found.mtimeNs,
    ...user,
  }
  const bytes = replaced.get(path)
  if (found.isDirectory()) {
    yield { ...entry, type: 'folder' }
    for (const name of await readdir(full, { encoding: 'buffer' })) {
      const inner = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`
      if (source.includes(inner)) yield* below(source, replaced, sent, root, inner, user)
    }
    return
  }
  if (!found.isFile() && !found.isSymbolicLink()) return
  sent.add(path)
  if (bytes) yield { ...entry, type: 'file', size: bytes.length, content: [bytes] }
  else if (found.isSymbolicLink())
    yield {
      ...entry,
      type: 'link',
      target: (await readlink(full, { encoding: 'buffer' })).toString('latin1'),
    }
  else yield { ...entry, type: 'file', size: Number(found.size), content: contentOf(full) }
}

/** Opened when it is read, which an empty file never is. */
async function* contentOf(file: Buffer): AsyncGenerator<Buffer> {
  const opened = await openRegular(file)
  if (opened === null) throw new Error(`${file} is no file any more`)
  yield* opened.createReadStream()
}

/** A path in the container as the folder that holds it and its own name. */
function splitPath(path: string): { parent: string; name: string } {
  const clean = path.replace(/\/+$/, '')
  const slash = clean.lastIndexOf('/')
  return { parent: clean.slice(0, slash) || '/', name: clean.slice(slash + 1) }
}

import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Docker } from '../../engine/docker.ts'
import type { Ids, RunnerUser } from '../../engine/rootless.ts'
import { extractFiles, itemBytes, readTar } from '../../formats/tar-reader.ts'
import type { TarEntry } from '../../formats/tar-writer.ts'
import { type Budget, OverBudgetError } from '../../host/budget.ts'
import { removeFolder } from '../../host/files.ts'
import { readUntrusted } from '../../host/untrusted.ts'
import { sharedLabel } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { createHelper, removeHelper } from '../../workspace/methods/helper.ts'
import type { TaskUser } from '../user/user.ts'
import type { ControlEntry } from './control.ts'
import type { Mount } from './mount.ts'

/** A folder of the task's own: fresh, writable by the task, gone with it. */
export interface FreshFolder {
  /** Where it is in the container. */
  readonly target: string
  readonly entries: readonly ControlEntry[]
}

/** What a task left in a folder, on the runner, from where it can be moved away. */
interface CollectedFolder {
  readonly path: string
  /** Whether what is there has been drawn from the budget already. */
  readonly isDrawn: boolean
}

/** How fresh folders get into a container and what is in them comes out again. */
export interface FolderTransport {
  /** Whether they are filled by way of the container. */
  readonly isInVolumes: boolean
  /** Before the container is created. */
  prepare(): Promise<void>
  /** After it is created and before it starts. */
  load(filler: string, user: TaskUser): Promise<void>
  /** After it ended: the first bytes of a file of the folder mounted at `target`; null when there is none. */
  read(container: string, target: string, path: string, maxBytes: number): Promise<Buffer | null>
  /** After it ended: what is below `path` of the folder mounted at `target`. */
  collect(container: string, target: string, path: string, budget: Budget): Promise<CollectedFolder>
}

const folderName = (folders: readonly FreshFolder[], target: string): string =>
  `folder-${folders.findIndex((folder) => folder.target === target)}`

/** Fresh folders as mounts of folders that are in one of the runner, which the engine calls `engineRoot`. */
export const bindMounts = (engineRoot: string, folders: readonly FreshFolder[]): Mount[] =>
  folders.map(({ target }) => ({
    type: 'bind',
    source: join(engineRoot, folderName(folders, target)),
    target,
  }))

/** Fresh folders as mounts of anonymous volumes. */
export const volumeMounts = (folders: readonly FreshFolder[]): Mount[] =>
  folders.map(({ target }) => ({ type: 'volume', name: null, target }))

/**
 * Fresh folders as folders of the runner: no call of the engine, nothing copied. Right where the engine sees
 * the runner's files and what the task writes stays the runner's to delete ({@link canBind}).
 */
export function bindFolders(
  root: string,
  folders: readonly FreshFolder[],
  runner: RunnerUser,
): FolderTransport {
  const hostPath = (target: string) => join(root, folderName(folders, target))
  return {
    isInVolumes: false,
    async prepare() {
      for (const { target } of folders) {
        await removeFolder(hostPath(target)) // of a try with another workspace method
        await mkdir(hostPath(target), { recursive: true })
      }
    },
    async load(_filler, user) {
      const give = async (path: string, mode: number) => {
        await chmod(path, mode)
        if (user.uid !== runner.inside.uid) await chown(path, user.uid, user.gid)
      }
      for (const { target, entries } of folders) {
        await give(hostPath(target), FOLDER_MODE)
        for (const entry of entries) {
          const path = join(hostPath(target), entry.path)
          if (entry.kind === 'folder') await mkdir(path)
          else await writeFile(path, entry.content, { mode: 0o600 })
          await give(path, entryMode(entry))
        }
      }
    },
    read: (_container, target, path, maxBytes) => readUntrusted(join(hostPath(target), path), maxBytes),
    collect: async (_container, target, path) => ({ path: join(hostPath(target), path), isDrawn: false }),
  }
}

/**
 * True when the task leaves nothing in folders of the runner that the runner cannot delete: it runs as the runner's
 * user and cannot become another, or the runner is root itself. Root's privileges, which a rootless engine's
 * containers have in profile standard, make other users' files.
 */
export function canBind(user: TaskUser, runner: RunnerUser, profile: ContainerSpec['profile']): boolean {
  if (runner.uid === 0) return true
  return user.uid === runner.inside.uid && (user.uid !== 0 || profile === 'strict')
}

/**
 * Fresh folders as anonymous volumes, filled and read through the engine: works with an engine on any machine,
 * and the engine deletes whatever the task made with the container.
 */
export function volumeFolders(
  docker: Docker,
  root: string,
  folders: readonly FreshFolder[],
): FolderTransport {
  return {
    isInVolumes: true,
    prepare: async () => undefined,
    load: (filler, user) => fill(docker, filler, folders, user),
    async read(container, target, path, maxBytes) {
      let content: Buffer | null = null
      const read = async (archive: Readable) => {
        content = await onlyFile(archive, maxBytes)
      }
      try {
        await docker.archives.get(container, join(target, path), read)
      } catch (error) {
        if (error instanceof ReadEnough) return error.content
        throw error
      }
      return content
    },
    async collect(container, target, path, budget) {
      const to = await mkdtemp(join(root, 'collected-'))
      const extract = (archive: Readable) => extractFiles(archive, to, budget)
      await docker.archives
        .get(container, join(target, path), extract, { signal: budget.signal })
        .catch((error: unknown) => {
          if (!(error instanceof OverBudgetError)) throw error
        })
      return { path: join(to, basename(join(target, path))), isDrawn: true }
    },
  }
}

/** What follows in an archive is not wanted, and may be as large as the task likes. */
class ReadEnough extends Error {
  readonly content: Buffer | null

  constructor(content: Buffer | null) {
    super('the rest of the archive is not wanted')
    this.content = content
  }
}

/**
 * The content of the file that an archive is of; null when it is of something else.
 * @throws ReadEnough with the first bytes of a file that is larger
 */
async function onlyFile(archive: Readable, maxBytes: number): Promise<Buffer | null> {
  let content: Buffer | null = null
  for await (const item of readTar(archive)) {
    if (item.type === 'folder') throw new ReadEnough(null)
    if (item.size > maxBytes) throw new ReadEnough(await firstBytes(item.content, maxBytes))
    if (item.type === 'file') content = await itemBytes(item)
  }
  return content
}

async function firstBytes(content: AsyncIterable<Buffer>, count: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let missing = count
  for await (const chunk of content) {
    chunks.push(chunk.subarray(0, missing))
    missing -= chunk.length
    if (missing <= 0) break
  }
  return Buffer.concat(chunks)
}

/** Gives the root of each folder, and what is to be in it, to the task's user. */
export async function fill(
  docker: Docker,
  filler: string,
  folders: readonly FreshFolder[],
  user: TaskUser,
): Promise<void> {
  const ids = { uid: user.uid, gid: user.gid }
  for (const { target, entries } of folders) {
    await docker.archives.putFolder(filler, target, (root) => [
      { path: root, type: 'folder', mode: FOLDER_MODE, ...ids },
      ...entries.map((entry) => tarEntry(root, entry, ids)),
    ])
  }
}

/**
 * Does work that copies into a container's volumes. Engines refuse copies next to a mount of a container whose
 * root is read-only: then a helper that is never started shares its volumes and takes them.
 */
export async function withFiller<T>(
  docker: Docker,
  container: string,
  readOnly: boolean,
  work: (filler: string) => Promise<T>,
): Promise<T> {
  if (!readOnly) return work(container)
  const helper = await createSharing(docker, container)
  try {
    return await work(helper)
  } finally {
    await removeHelper(docker, helper)
  }
}

async function createSharing(docker: Docker, container: string): Promise<string> {
  const { name, imageId, labels } = await docker.containers.get(container)
  return createHelper(docker, {
    name,
    // It never starts, so it has nothing to give back.
    labels: { ...labels, ...sharedLabel(null) },
    image: imageId,
    host: { VolumesFrom: [container] },
  })
}

function tarEntry(root: string, entry: ControlEntry, ids: Ids): TarEntry {
  const base = { path: `${root}/${entry.path}`, mode: entryMode(entry), ...ids }
  if (entry.kind === 'folder') return { ...base, type: 'folder' }
  const content = Buffer.from(entry.content)
  return { ...base, type: 'file', size: content.length, content: [content] }
}

const FOLDER_MODE = 0o755

function entryMode(entry: ControlEntry): number {
  if (entry.kind === 'folder') return FOLDER_MODE
  return { secret: 0o400, script: 0o555, written: 0o644 }[entry.mode]
}

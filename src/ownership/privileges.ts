import { type BigIntStats, constants } from 'node:fs'
import { chmod, open, readdir, unlink } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { messageOf } from '../errors.ts'
import { HeldFolder, NoFolderError } from '../host/held-folder.ts'

/** Set user id and set group id: who runs such a file becomes its owner, or of its group. */
const SET_ID = 0o6000
/** Opens what is at a path without permission to read it (Linux; node has no name for it). */
const O_PATH = 0o10000000

/** What was taken from files of a shared folder, and what could not be, and why. */
export interface Privileges {
  /** Paths of files that were set user or group id, and of device nodes, which are removed. */
  readonly taken: string[]
  readonly failed: string[]
}

/**
 * Takes away what a task, which has ended, left in a folder or file of the runner's that would act there with the
 * rights of others: of files that changed since then the set user and group id, and device nodes. A file that was so
 * before is left as it was; the kernel sets the time of change, so that no task can hide one. No link is followed.
 * @param path absolute, and free of links when the task began
 * @param since epoch milliseconds before the task began
 */
export async function takePrivileges(path: string, since: number, signal?: AbortSignal): Promise<Privileges> {
  const walk: Omit<Walk, 'device'> = { since: BigInt(since), signal, taken: [], failed: [] }
  const root = await HeldFolder.open('/')
  try {
    const name = Buffer.from(path).subarray(
      Buffer.byteLength(dirname(path)) + (dirname(path) === '/' ? 0 : 1),
    )
    const folder = Buffer.from(relative('/', dirname(path))).toString('latin1')
    await root.within(folder, async (parent) => {
      const found = await parent.stat(name.toString('latin1'))
      if (found !== null)
        await visit({ ...walk, device: found.dev }, { parent, name: name.toString('latin1'), path, found })
    })
  } catch (error) {
    if (!(error instanceof NoFolderError)) throw error // else it is gone, with what was in it
  } finally {
    await root.close()
  }
  return walk
}

interface Walk extends Privileges {
  readonly since: bigint
  readonly signal: AbortSignal | undefined
  /** The file system of the folder that is gone through. */
  readonly device: bigint
}

/** Something in a folder that is held open. */
interface Visited {
  readonly parent: HeldFolder
  readonly name: string
  /** For messages. */
  readonly path: string
  readonly found: BigIntStats
}

async function visit(walk: Walk, visited: Visited): Promise<void> {
  const { parent, name, path, found } = visited
  walk.signal?.throwIfAborted()
  try {
    if (found.isDirectory()) await visitFolder(walk, visited)
    else if (found.ctimeMs < walk.since) return
    else if (found.isFile() && (found.mode & BigInt(SET_ID)) !== 0n) {
      await setMode(parent, name, Number(found.mode) & 0o777)
      walk.taken.push(path)
    } else if ((found.isCharacterDevice() || found.isBlockDevice()) && found.dev === walk.device) {
      // Those of another file system, such as a mounted /dev, no task has made.
      await unlink(parent.entry(name))
      walk.taken.push(path)
    }
  } catch (error) {
    walk.signal?.throwIfAborted()
    walk.failed.push(`${path}: ${messageOf(error)}`)
  }
}

async function visitFolder(walk: Walk, { parent, name, path, found }: Visited): Promise<void> {
  const mode = Number(found.mode) & 0o7777
  const isClosed = (mode & 0o700) !== 0o700 && found.uid === BigInt(process.getuid?.() ?? 0)
  // A task may close its own folder to its owner, who is the runner's user.
  if (isClosed) await setMode(parent, name, mode | 0o700)
  try {
    await parent.within(name, async (folder) => {
      for (const entry of await readdir(folder.entry('.'), { encoding: 'buffer' })) {
        const below = entry.toString('latin1')
        const state = await folder.stat(below)
        if (state !== null)
          await visit(walk, { parent: folder, name: below, path: `${path}/${entry}`, found: state })
      }
    })
  } finally {
    if (isClosed) await setMode(parent, name, mode)
  }
}

/** Changes the mode of just what is there, never of what a link there leads to. */
async function setMode(parent: HeldFolder, name: string, mode: number): Promise<void> {
  const file = await open(parent.entry(name), O_PATH | constants.O_NOFOLLOW)
  try {
    if ((await file.stat()).isSymbolicLink()) throw new Error('it is a link now')
    await chmod(`/proc/self/fd/${file.fd}`, mode)
  } finally {
    await file.close()
  }
}

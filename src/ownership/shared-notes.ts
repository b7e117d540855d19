import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { runnerPaths } from '../github/paths.ts'
import { isSameProcess, type ProcessIdentity } from '../host/identity.ts'
import { isErrno } from '../host/open-folder.ts'
import { ownerSchema } from './orphans.ts'
import { type SharedFolders, sharedSchema } from './restore.ts'

const noteSchema = z.object({ name: z.string(), owner: ownerSchema, shared: sharedSchema })
type Note = z.output<typeof noteSchema>

/** A container by what its note is found by. */
interface Noted {
  readonly name: string
  readonly owner: ProcessIdentity | null
}

const PREFIX = '_acode-shared-'
const NOTE = /^_acode-shared-[0-9a-f]{16}\.json$/
const LONGEST = 1024 * 1024

/**
 * The runner's own notes of the folders that it shares with containers whose tasks are other users. They decide whose
 * the files in these folders become, so they are believed only where the runner's user alone can have written them:
 * labels can be an image's. They are next to the runner's workspaces, which no job's start or end empties: they are of
 * use when main and post have both been killed.
 */
export class SharedNotes {
  private readonly folder: string

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.folder = runnerPaths(env).lasting
  }

  /**
   * Written before the container is made.
   * @throws TaskError ACODE-CTN-010 when the runner may not write where notes are
   */
  async keep(name: string, owner: ProcessIdentity, shared: SharedFolders): Promise<void> {
    const path = join(this.folder, `${PREFIX}${randomBytes(8).toString('hex')}.json`)
    try {
      await writeFile(path, JSON.stringify({ name, owner, shared }), { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR')) throw error
      throw new TaskError(
        'ACODE-CTN-010',
        `The runner cannot note in ${this.folder} which of its folders it shares with the task: ${sentence(messageOf(error))} Let its user write there, or share nothing that the task may write to (workspace: copy, mounts with :ro).`,
        { cause: error },
      )
    }
  }

  /** What was shared with this container; null when there is no note of it. */
  async find(container: Noted): Promise<SharedFolders | null> {
    const notes = await this.all()
    return notes.find(({ note }) => isOf(note, container))?.note.shared ?? null
  }

  /** Of a container that is gone. */
  async drop(container: Noted): Promise<void> {
    await this.remove((note) => isOf(note, container))
  }

  /** Of containers of dead owners that are none of `there`: another process removed them. */
  async forget(isDead: (note: Noted) => boolean, there: readonly Noted[]): Promise<void> {
    await this.remove((note) => isDead(note) && !there.some((one) => isOf(note, one)))
  }

  private async remove(which: (note: Note) => boolean): Promise<void> {
    for (const { path, note } of await this.all()) if (which(note)) await rm(path, { force: true })
  }

  private async all(): Promise<{ path: string; note: Note }[]> {
    // A folder that this user may not list is none that our notes are in.
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => NOTE.test(name))
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name)
        const note = await readOwn(path)
        return note === null ? [] : [{ path, note }]
      }),
    )
    return found.flat()
  }
}

const isOf = (note: Note, { name, owner }: Noted): boolean =>
  note.name === name && owner !== null && isSameProcess(note.owner, owner)

/** A note that only our user can have written; null for anything else. */
async function readOwn(path: string): Promise<Note | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => null,
  )
  if (file === null) return null // gone meanwhile, or another user's
  try {
    const { uid, mode, size } = await file.stat()
    const isOwn =
      (mode & constants.S_IFMT) === constants.S_IFREG && uid === process.geteuid?.() && (mode & 0o022) === 0
    return isOwn && size <= LONGEST ? noteSchema.parse(JSON.parse(await file.readFile('utf8'))) : null
  } catch {
    return null // whatever it is, it is no note
  } finally {
    await file.close()
  }
}

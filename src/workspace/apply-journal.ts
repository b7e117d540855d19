import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readlink, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { removeFolder, syncToDisk } from '../engine/files.ts'
import { inGitFolder } from './changes.ts'

/**
 * Beside what it protects: a link that leads nowhere and whose text says whose it is, so that to take the lock and
 * to say so is one act. Who holds it has the staging folder that it names, and in that the journal.
 */
const LOCK = '.acode-apply'
const JOURNAL = 'journal.json'
/** The journal's name once every step is done. */
const COMMITTED = 'committed.json'

const holderSchema = z.object({
  /** Owner label of a run, and the epoch second after which it is dead in any case. */
  owner: z.string(),
  deadline: z.number(),
})
const lockSchema = holderSchema.extend({ folder: z.string().regex(/^\.acode-apply-[0-9a-f]{12}$/) })

/** Who holds a lock, or a claim to one whose holder is dead. */
export type Holder = z.output<typeof holderSchema>
/** A lock on a workspace, with the name of its staging folder. */
export type ApplyLock = z.output<typeof lockSchema>

/** Who applies changes, and how it judges other holders: by proof alone. */
export interface Applier {
  readonly self: Holder
  readonly isDead: (holder: Holder) => boolean
}

/** A journal lies among files that a repository or a task may have brought: it leads to the workspace's files only. */
const isInside = (path: string): boolean =>
  !inGitFolder(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

const stepSchema = z.object({
  path: z.string().refine(isInside),
  /** `delete` only takes away what is at the path; the others put a file (or link) or an empty folder there. */
  kind: z.enum(['delete', 'file', 'folder']),
  /** What tells the new file or folder from anybody else's; null where there is none. */
  identity: z.string().nullable(),
})

/**
 * A step of an apply, the Nth: what is at the path goes to `old-N` of the staging folder, and `new-N` from there to
 * the path. Each is a rename, so that which of them were done shows by what is in the folder.
 */
export type ApplyStep = z.output<typeof stepSchema>

/** An apply's journal, and whether all of its steps were done. */
export interface ApplyJournal {
  readonly steps: readonly ApplyStep[]
  readonly committed: boolean
}

/** True for what an apply puts beside the workspace's files while it is under way. */
export const isOfApply = (path: string): boolean => /^\.acode-apply(-[0-9a-f]{12})?(\/|$)/.test(path)

/** Where a lock is, for messages. */
export const lockPath = (workspace: string): string => join(workspace, LOCK)

/** Takes the lock; null where somebody has it. Its folder is not made yet. */
export async function takeLock(workspace: string, { self }: Applier): Promise<ApplyLock | null> {
  const lock = { ...self, folder: `${LOCK}-${randomBytes(6).toString('hex')}` }
  return (await linkTo(JSON.stringify(lock), lockPath(workspace))) ? lock : null
}

/** Who has the lock; null where nobody has, or it is none of ours. */
export const readLock = (workspace: string): Promise<ApplyLock | null> =>
  readLink(lockPath(workspace), lockSchema)

/**
 * Claims a lock whose holder is dead, against others who found that too; null where one of them lives. A claimant
 * who died is followed by the next, who has to be first again.
 * @returns the claim, to be removed where nothing comes of it
 */
export async function claimLock(
  workspace: string,
  { folder }: ApplyLock,
  { self, isDead }: Applier,
): Promise<string | null> {
  const staging = join(workspace, folder)
  await mkdir(staging, { recursive: true, mode: 0o700 }) // its maker may have died before
  for (let n = 1; ; n++) {
    const claim = join(staging, `claim-${n}`)
    if (await linkTo(JSON.stringify(self), claim)) return claim
    const other = await readLink(claim, holderSchema)
    if (other === null || !isDead(other)) return null
  }
}

async function linkTo(text: string, path: string): Promise<boolean> {
  try {
    await symlink(text, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function readLink<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readlink(path)))
  } catch {
    return null // it is not there, or somebody else's
  }
}

/** Writes down, to be read after a loss of power too, what is about to be done. */
export async function writeJournal(staging: string, steps: readonly ApplyStep[]): Promise<void> {
  const part = join(staging, `${JOURNAL}.part`)
  await writeFile(part, JSON.stringify(steps))
  await syncToDisk(part)
  await rename(part, join(staging, JOURNAL))
  await syncToDisk(staging)
}

/** The point from which on an apply is completed, and before which it is taken back. */
export async function commitJournal(staging: string): Promise<void> {
  await rename(join(staging, JOURNAL), join(staging, COMMITTED))
  await syncToDisk(staging)
}

/** Reads a journal; null where there is none, and so nothing of the workspace has been touched. */
export async function readJournal(staging: string): Promise<ApplyJournal | null> {
  for (const [name, committed] of [
    [JOURNAL, false],
    [COMMITTED, true],
  ] as const) {
    const text = await readFile(join(staging, name), 'utf8').catch(() => null)
    if (text !== null) return { steps: z.array(stepSchema).parse(JSON.parse(text)), committed }
  }
  return null
}

/** Gives the lock back. The journal goes first: what is left of a removal that is killed has nothing to say. */
export async function dropLock(workspace: string, { folder }: ApplyLock): Promise<void> {
  const staging = join(workspace, folder)
  for (const name of [JOURNAL, COMMITTED]) await removeFolder(join(staging, name))
  await removeFolder(staging)
  if ((await readLock(workspace))?.folder === folder) await removeFolder(lockPath(workspace))
}

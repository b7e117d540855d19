import { createHash, randomBytes } from 'node:crypto'
import { existsSync, lstatSync } from 'node:fs'
import { mkdir, readlink, realpath, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunnerPaths } from '../../github/paths.ts'
import { readIfThere, removeFolder, syncToDisk, unlessNowhere } from '../../host/files.ts'
import { HeldFolder } from '../../host/held-folder.ts'
import { ownFolder } from '../../host/own-folder.ts'
import { inGitFolder } from '../changes.ts'

const JOURNAL = 'journal.json'
/** The journal's name once every step is done. */
const COMMITTED = 'committed.json'
/** Distinguishes the staging folder that we made from anything else at its path. */
const STAGING_IDENTITY = 'staging'

const holderSchema = z.object({
  /** Owner label of a run, and the epoch second after which it is dead in any case. */
  owner: z.string(),
  deadline: z.number(),
})
const lockSchema = holderSchema.extend({ workspace: z.string(), id: z.string().regex(/^[0-9a-f]{24}$/) })

/** Who holds a lock, or a claim to one whose holder is dead. */
type Holder = z.output<typeof holderSchema>
/** A lock on a workspace, with the random id of its apply. */
export type ApplyLock = z.output<typeof lockSchema>

/** Who applies changes, and how it judges other holders: by proof alone. */
export interface Applier {
  readonly self: Holder
  readonly isDead: (holder: Holder) => boolean
  /** The runner's folders, among which its own are. */
  readonly paths: Pick<RunnerPaths, 'temp' | 'keeping'>
  /** Asked before anything of the workspace is touched; throws when that may no longer be. */
  readonly permit?: () => Promise<void>
}

/** A workspace, and the folder of the runner's own in which locks and journals are: nothing that a checkout brings. */
export interface ApplyPlace {
  /** Absolute, and free of links. */
  readonly workspace: string
  readonly journals: string
}

/** A journal leads to the workspace's files only. */
const isInside = (path: string): boolean =>
  !inGitFolder(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
const pathSchema = z.string().refine(isInside)

const stepSchema = z.discriminatedUnion('kind', [
  /** Only takes away what is at the path. */
  z.object({ kind: z.literal('delete'), path: pathSchema }),
  /** Puts a file (or link), or an empty folder, there. */
  z.object({
    kind: z.enum(['file', 'folder']),
    path: pathSchema,
    /** What distinguishes the new file or folder from any other. */
    identity: z.string().min(1),
  }),
])

/**
 * A step of an apply, the Nth: what is at the path goes to `old-N` of the staging folder, and `new-N` from there to
 * the path. Each is a rename, so that which of them were done shows by what is in the folder.
 */
export type ApplyStep = z.output<typeof stepSchema>

/** An apply's journal, and whether all of its steps were done. */
interface ApplyJournal {
  readonly steps: readonly ApplyStep[]
  readonly committed: boolean
}

/**
 * Where the applies to a workspace are written down.
 * @param make whether the folder for that is made when there is none
 * @returns null when the workspace is not there, or there is no such folder
 */
export async function applyPlace(
  workspace: string,
  keeping: RunnerPaths['keeping'],
  make: boolean,
): Promise<ApplyPlace | null> {
  const real = await realpath(workspace).catch(unlessNowhere)
  const own = real === null ? null : ownFolder(keeping, real, make)
  if (real === null || own === null) return null
  const journals = journalsIn(own)
  if (make) await mkdir(journals, { recursive: true, mode: 0o700 })
  return { workspace: real, journals }
}

const journalsIn = (own: string): string => join(own, 'apply')

/** Where the lock on a workspace is: a link that leads nowhere and whose text says whose it is. */
export const lockPath = ({ workspace, journals }: ApplyPlace): string =>
  join(journals, `${createHash('sha256').update(workspace).digest('hex').slice(0, 32)}.lock`)

/** Where an apply has its journal. */
export const journalFolder = ({ journals }: ApplyPlace, { id }: ApplyLock): string => join(journals, id)

/** The folder of the workspace for new contents and old: renames need one file system. */
export const stagingName = ({ id }: ApplyLock): string => `.acode-apply-${id}`

/**
 * True for the staging folder of an apply that is under way, or that has just ended. What a checkout or a task calls
 * by such a name is a file like any other.
 */
export function isStaging(
  { workspace, keeping }: Pick<RunnerPaths, 'workspace' | 'keeping'>,
  path: string,
): boolean {
  const id = /^\.acode-apply-([0-9a-f]{24})$/.exec(path)?.[1]
  if (id === undefined) return false
  if (lstatSync(join(workspace, path), { throwIfNoEntry: false }) === undefined) return true
  const own = ownFolder(keeping, workspace, false)
  return own !== null && existsSync(join(journalsIn(own), id))
}

/** Takes the lock; null when it is taken. To take it and to say whose it is are one act. */
export async function takeLock(place: ApplyPlace, { self }: Applier): Promise<ApplyLock | null> {
  const lock = { ...self, workspace: place.workspace, id: randomBytes(12).toString('hex') }
  return (await linkTo(JSON.stringify(lock), lockPath(place))) ? lock : null
}

/** Who has the lock; null when it is free. */
export async function readLock(place: ApplyPlace): Promise<ApplyLock | null> {
  const lock = await readLink(lockPath(place), lockSchema)
  return lock?.workspace === place.workspace ? lock : null
}

/**
 * Claims a lock whose holder is dead, against others who found that too; null when one of them lives. A claimant
 * who died is followed by the next, who has to be first again.
 * @returns the claim, to be removed where nothing comes of it
 */
export async function claimLock(
  place: ApplyPlace,
  lock: ApplyLock,
  { self, isDead }: Applier,
): Promise<string | null> {
  const folder = journalFolder(place, lock)
  await mkdir(folder, { recursive: true, mode: 0o700 }) // its maker may have died before
  for (let n = 1; ; n++) {
    const claim = join(folder, `claim-${n}`)
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
    return null // it is not there, or not written by us
  }
}

/** Makes the staging folder, and writes down which it is before anything is in it. */
export async function makeStaging(
  place: ApplyPlace,
  lock: ApplyLock,
  workspace: HeldFolder,
): Promise<HeldFolder> {
  const folder = journalFolder(place, lock)
  await mkdir(folder, { mode: 0o700 })
  const path = workspace.entry(stagingName(lock))
  await mkdir(path, { mode: 0o700 })
  const staging = await HeldFolder.open(path)
  await writeSafely(folder, STAGING_IDENTITY, await staging.identity())
  return staging
}

/** The staging folder that an apply made; null when it is gone, and whatever else is at its path is not ours. */
export async function openStaging(
  place: ApplyPlace,
  lock: ApplyLock,
  workspace: HeldFolder,
): Promise<HeldFolder | null> {
  const made = await readIfThere(join(journalFolder(place, lock), STAGING_IDENTITY))
  const staging = await HeldFolder.openIfThere(workspace.entry(stagingName(lock)))
  if (staging !== null && (await staging.identity()) === made) return staging
  await staging?.close()
  return null
}

/** Writes a file so that it is there whole or not at all, after a loss of power too. */
async function writeSafely(folder: string, name: string, text: string): Promise<void> {
  const part = join(folder, `${name}.part`)
  await writeFile(part, text)
  await syncToDisk(part)
  await rename(part, join(folder, name))
  await syncToDisk(folder)
}

/** Writes down what is about to be done. */
export const writeJournal = (folder: string, steps: readonly ApplyStep[]): Promise<void> =>
  writeSafely(folder, JOURNAL, JSON.stringify(steps))

/** The point from which on an apply is completed, and before which it is taken back. */
export async function commitJournal(folder: string): Promise<void> {
  await rename(join(folder, JOURNAL), join(folder, COMMITTED))
  await syncToDisk(folder)
}

/**
 * Reads a journal; null when there is none, and so nothing of the workspace has been touched.
 * @throws Error when it cannot be read, or is not our journal
 */
export async function readJournal(folder: string): Promise<ApplyJournal | null> {
  for (const [name, committed] of [
    [JOURNAL, false],
    [COMMITTED, true],
  ] as const) {
    const text = await readIfThere(join(folder, name))
    if (text !== null) return { steps: z.array(stepSchema).parse(JSON.parse(text)), committed }
  }
  return null
}

/**
 * Gives the lock back. The journal goes first: what is left of a removal that is killed has nothing to say.
 * Of a staging folder that is not known to be ours only an empty one goes: its maker died before it was written down.
 */
export async function dropLock(
  place: ApplyPlace,
  lock: ApplyLock,
  workspace: HeldFolder,
  staging: HeldFolder | null,
): Promise<void> {
  const folder = journalFolder(place, lock)
  for (const name of [JOURNAL, COMMITTED]) await removeFolder(join(folder, name))
  await staging?.empty()
  await workspace.removeIfEmpty(stagingName(lock))
  await removeFolder(folder)
  if ((await readLock(place))?.id === lock.id) await removeFolder(lockPath(place))
}

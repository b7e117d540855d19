import { randomBytes } from 'node:crypto'
import { lchown, lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { writeWhole } from '../host/files.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import type { RunRecord } from './run-record.ts'

/**
 * Where one run keeps its files, in the runner's temporary folder. Runs have no folder in common: in a job container
 * they are root's, and on the next job's machine the runner could not write there.
 */
export interface RunFolder {
  /** The run's own folder; no other run writes here. */
  readonly root: string
  /** What is uploaded, with `artifactsSubdir` in it. */
  readonly record: string
  /** What only the runner's user may see: control folder, environment file. Gone when the run is over. */
  readonly private: string
}

/** The paths of a record's files. */
export interface RecordPaths {
  /** The folder of all of them, `artifactsSubdir`. */
  readonly base: string
  readonly run: string
  readonly events: string
  readonly log: string
  /** The folder of the logs of services, made where there are some. */
  readonly serviceLogs: string
  readonly artifacts: string
}

/** A run's folder by its root. */
export function runFolderAt(root: string): RunFolder {
  return { root, record: join(root, 'record'), private: join(root, 'private') }
}

/** A folder for a run, not yet made. It is never one that another try uses, who may be alive. */
export function newRunFolder(temp: string, container: string): RunFolder {
  return runFolderAt(join(temp, `${container}-${randomBytes(4).toString('hex')}`))
}

/** The container that the folder of this name is of. */
export const containerOf = (name: string): string => name.replace(/-[0-9a-f]{8}$/, '')

/** An empty file that names a record's container: where records were put into one folder, it shows of how many. */
const ownerFile = ({ run }: RecordPaths, container: string): string => join(dirname(run), container)

/** Where the record's files are below `artifactsSubdir` (RUN-8). */
export function recordPaths(folder: RunFolder, artifactsSubdir: string): RecordPaths {
  const base = join(folder.record, artifactsSubdir)
  return {
    base,
    run: join(base, 'metadata', 'run.json'),
    events: join(base, 'metadata', 'events.jsonl'),
    log: join(base, 'logs', 'runner.log'),
    serviceLogs: join(base, 'logs', 'services'),
    artifacts: join(base, 'artifacts'),
  }
}

/** Room that a run gives back at its end, in bytes: where the task's output filled the disk, its record says so. */
const RESERVE = 256 * 1024

/** Says whose a private folder is, for those who find it when its owner is dead. */
const OWNER = 'owner.json'

/**
 * Makes a run's folder, and in it those of its record.
 * @throws TaskError ACODE-CTN-013 when they cannot be written
 */
export async function makeRunFolder(
  folder: RunFolder,
  paths: RecordPaths,
  owner: ProcessIdentity,
): Promise<void> {
  try {
    await mkdir(dirname(folder.root), { recursive: true })
    await mkdir(folder.root)
    await makePrivate(folder, owner)
    for (const path of [paths.run, paths.log]) await mkdir(dirname(path), { recursive: true })
    await writeFile(ownerFile(paths, containerOf(basename(folder.root))), '')
  } catch (error) {
    throw new TaskError(
      'ACODE-CTN-013',
      `The record cannot be written to ${folder.root}: ${sentence(messageOf(error))} Nothing was started. Free space there, or let RUNNER_TEMP be a folder that the runner may write.`,
      { cause: error },
    )
  }
}

/** Makes what only the runner's user may see. */
export async function makePrivate({ private: folder }: RunFolder, owner: ProcessIdentity): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  await writeFile(join(folder, OWNER), JSON.stringify(owner))
  await writeFile(join(folder, 'reserve'), Buffer.alloc(RESERVE))
}

/** What a run kept to itself, as it is found by others. */
export interface PrivateFolder {
  readonly folder: string
  /** Its owner's label as the owner wrote it. */
  readonly owner: string
  /** When it was made, in epoch seconds. */
  readonly created: number
}

/** The private folders of all runs of our user in the runner's temporary folder. Others' are passed by. */
export async function privateFolders(temp: string): Promise<PrivateFolder[]> {
  // A folder that cannot be listed is none that a run of ours has made its own in.
  const names = (await readdir(temp).catch(() => [])).filter((name) => name.startsWith('acode-'))
  const found = await Promise.all(
    names.map(async (name) => {
      const { root, private: folder } = runFolderAt(join(temp, name))
      if (!(await isOwnFolder(root)) || !(await isOwnFolder(folder))) return []
      const path = join(folder, OWNER)
      // Its run, or another sweep, may be removing it now.
      const owner = await readFile(path, 'utf8').catch(() => null)
      const state = await lstat(path).catch(() => null)
      return owner === null || state === null ? [] : [{ folder, owner, created: state.mtimeMs / 1000 }]
    }),
  )
  return found.flat()
}

/** True for a real folder of our user. */
async function isOwnFolder(path: string): Promise<boolean> {
  const state = await lstat(path).catch(() => null)
  return state?.isDirectory() === true && state.uid === process.geteuid?.()
}

/**
 * Gives a run's folder to whom the runner's temporary folder belongs. In a job container we may be root, whose files the
 * runner's user could not delete when the job is over.
 */
export async function giveToRunner({ root }: RunFolder): Promise<void> {
  const { uid, gid } = await stat(dirname(root))
  if (process.geteuid?.() !== 0 || uid === 0) return
  const entries = await readdir(root, { recursive: true })
  for (const path of [root, ...entries.map((entry) => join(root, entry))]) await lchown(path, uid, gid)
}

/** Writes `run.json` whole or not at all. */
export async function writeRecord(path: string, record: RunRecord): Promise<void> {
  await writeWhole(path, `${JSON.stringify(record, null, 2)}\n`)
}

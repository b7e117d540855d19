import { createWriteStream } from 'node:fs'
import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rmdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { removeFolder } from '../engine/files.ts'
import { git } from '../engine/git.ts'
import { messageOf, TaskError } from '../errors.ts'
import { type Changes, chunksOf, type FileState, inGitFolder, statInside, systemPath } from './changes.ts'
import { isReadable } from './repository.ts'

/**
 * Paths of the runner's workspace that somebody else changed after `since`: the task's changes are changes of
 * what was there before. That a file went shows by the time of its folder, and by its being tracked: a file that
 * git does not know cannot be told from one that the task made.
 */
export async function changedSince(workspace: string, changes: Changes, since: Date): Promise<string[]> {
  const found: string[] = []
  const missing: string[] = []
  for (const path of [...changes.written.keys(), ...changes.deleted]) {
    const state = await statInside(workspace, path)
    if (state === null ? await folderChanged(workspace, path, since) : state.ctime > since)
      (state === null ? missing : found).push(path)
  }
  if (missing.length === 0 || !(await isReadable(workspace))) return found
  const tracked = new Set(
    (await git(['-C', workspace, 'ls-files', '-z'], { encoding: 'latin1' })).split('\0'),
  )
  return [...found, ...missing.filter((path) => tracked.has(path))]
}

/** True where the folder that would hold a path, or the nearest above it that is there, changed after `since`. */
async function folderChanged(workspace: string, path: string, since: Date): Promise<boolean> {
  for (let end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
    const folder = await statInside(workspace, end > 0 ? path.slice(0, end) : '')
    if (folder) return folder.ctime > since
    if (end <= 0) return false
  }
}

/**
 * Brings changes to the runner's workspace, all or none: new contents are written aside first, old ones kept
 * aside, and each takes its place by a rename that can be taken back.
 * @throws TaskError ACODE-CTN-010; the workspace is then as it was
 */
export async function applyChanges(workspace: string, changes: Changes, since: Date): Promise<void> {
  const conflicts = await changedSince(workspace, changes, since)
  if (conflicts.length > 0)
    throw doesNotFit(workspace, `${conflicts.slice(0, 5).join(', ')} changed there while the task ran`)
  const undo: Undo = []
  let staging: string | undefined
  try {
    staging = await mkdtemp(join(workspace, '.acode-apply-'))
    const staged = await stage(staging, changes, workspace)
    for (const path of changes.deleted) if (!inGitFolder(path)) await takeAway(workspace, path, staging, undo)
    for (const [path, file] of staged) await putInPlace(workspace, path, file, staging, undo)
  } catch (error) {
    const left = await takeBack(undo)
    if (left.length > 0) throw notTakenBack(workspace, staging, error, left)
    if (staging !== undefined) await removeFolder(staging)
    throw doesNotFit(workspace, messageOf(error), error)
  }
  await removeFolder(staging)
  await removeEmptyParents(workspace, changes.deleted)
}

/** Takes back what was done, the last first; what could not be is told. */
async function takeBack(undo: Undo): Promise<string[]> {
  const left: string[] = []
  for (const step of undo.reverse()) await step().catch((error: unknown) => left.push(messageOf(error)))
  return left
}

function notTakenBack(
  workspace: string,
  staging: string | undefined,
  cause: unknown,
  left: readonly string[],
): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The task’s changes were applied to ${workspace} in part: ${messageOf(cause)}. They could not all be taken back: ${left.join('; ')}. What was there before is in ${staging}; the changes are in the record.`,
    { cause },
  )
}

/** Why changes were not applied. */
export function doesNotFit(workspace: string, why: string, cause?: unknown): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The task’s changes were not applied to ${workspace}: ${why}. The workspace is as it was; the changes are in the record, apply them by hand (git apply).`,
    { cause },
  )
}

async function stage(folder: string, changes: Changes, workspace: string): Promise<Map<string, Buffer>> {
  const staged = new Map<string, Buffer>()
  for (const [path, state] of changes.written) {
    if (inGitFolder(path)) continue // a repository's hooks and configuration are the runner's alone
    const file = systemPath(folder, `new-${staged.size}`)
    const old = await statInside(workspace, path)
    await writeState(file, state, old?.isFile() ? old.mode & 0o777 : null)
    staged.set(path, file)
  }
  return staged
}

/** Writes a file or link in the state that it shall have; of the mode it had, only the exec bits may change. */
async function writeState(file: Buffer, state: FileState, oldMode: number | null): Promise<void> {
  if (state.mode === '120000' && 'bytes' in state.content) return symlink(state.content.bytes, file)
  await pipeline(Readable.from(chunksOf(state)), createWriteStream(file))
  const mode = oldMode ?? (await lstat(file)).mode & 0o777
  if (state.mode === '100755') await chmod(file, mode | ((mode & 0o444) >> 2) | 0o100)
  else await chmod(file, mode & ~0o111)
}

type Undo = (() => Promise<void>)[]

/** Moves aside what is at a path, unless a link on the way leads elsewhere. */
async function takeAway(workspace: string, path: string, staging: string, undo: Undo): Promise<void> {
  if ((await statInside(workspace, path)) === null) return
  const file = systemPath(workspace, path)
  const aside = systemPath(staging, `old-${undo.length}`)
  await rename(file, aside)
  undo.push(() => rename(aside, file))
}

async function putInPlace(
  workspace: string,
  path: string,
  file: Buffer,
  staging: string,
  undo: Undo,
): Promise<void> {
  await makeParents(workspace, path, undo)
  const target = systemPath(workspace, path)
  // What was in a folder that gives way was taken away before, but for empty folders.
  if ((await statInside(workspace, path))?.isDirectory() && !(await holdsOnlyFolders(target)))
    throw new Error(`${path} is a folder there, with files of its own`)
  await takeAway(workspace, path, staging, undo)
  await rename(file, target)
  undo.push(() => rename(target, file))
}

async function holdsOnlyFolders(folder: Buffer): Promise<boolean> {
  for (const entry of await readdir(folder, { encoding: 'buffer', withFileTypes: true }))
    if (
      !entry.isDirectory() ||
      !(await holdsOnlyFolders(Buffer.concat([folder, Buffer.from('/'), entry.name])))
    )
      return false
  return true
}

/** Makes missing folders one by one; what is there has to be a folder, for a link could lead anywhere. */
async function makeParents(workspace: string, path: string, undo: Undo): Promise<void> {
  const parts = path.split('/').slice(0, -1)
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = systemPath(workspace, parts.slice(0, depth).join('/'))
    const there = await lstat(folder).catch(() => null)
    if (there?.isDirectory()) continue
    if (there) throw new Error(`${parts.slice(0, depth).join('/')} is no folder there`)
    await mkdir(folder)
    undo.push(() => rmdir(folder))
  }
}

/** A folder whose last file went goes too, as in git. */
async function removeEmptyParents(workspace: string, deleted: ReadonlySet<string>): Promise<void> {
  for (const path of deleted) {
    const parts = path.split('/').slice(0, -1)
    while (parts.length > 0) {
      const gone = await rmdir(systemPath(workspace, parts.join('/'))).then(
        () => true,
        () => false, // not empty, or gone before
      )
      if (!gone) break
      parts.pop()
    }
  }
}

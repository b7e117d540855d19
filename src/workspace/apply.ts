import { createWriteStream } from 'node:fs'
import { chmod, lstat, mkdir, mkdtemp, rename, rmdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { removeFolder } from '../engine/files.ts'
import { messageOf, TaskError } from '../errors.ts'
import { type Changes, chunksOf, type FileState, systemPath } from './changes.ts'

/**
 * Paths of the runner's workspace that somebody else changed after `since`: the task's changes are changes of
 * what was there before.
 */
export async function changedSince(workspace: string, changes: Changes, since: Date): Promise<string[]> {
  const found: string[] = []
  for (const path of [...changes.written.keys(), ...changes.deleted]) {
    const state = await lstat(systemPath(workspace, path)).catch(() => null)
    if (state && state.ctime > since) found.push(path)
  }
  return found
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
  const undo: (() => Promise<void>)[] = []
  let staging: string | undefined
  try {
    staging = await mkdtemp(join(workspace, '.acode-apply-'))
    const staged = await stage(staging, changes)
    for (const path of changes.deleted) await takeAway(workspace, path, staging, undo)
    for (const [path, file] of staged) await putInPlace(workspace, path, file, staging, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw doesNotFit(workspace, messageOf(error), error)
  } finally {
    if (staging !== undefined) await removeFolder(staging)
  }
  await removeEmptyParents(workspace, changes.deleted)
}

function doesNotFit(workspace: string, why: string, cause?: unknown): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The task’s changes were not applied to ${workspace}: ${why}. The workspace is as it was; the changes are in the record, apply them by hand (git apply).`,
    { cause },
  )
}

async function stage(folder: string, changes: Changes): Promise<Map<string, Buffer>> {
  const staged = new Map<string, Buffer>()
  for (const [path, state] of changes.written) {
    const file = systemPath(folder, `new-${staged.size}`)
    await writeState(file, state)
    staged.set(path, file)
  }
  return staged
}

/** Writes a file or link in the state that it shall have. */
export async function writeState(file: Buffer, state: FileState): Promise<void> {
  if (state.mode === '120000' && 'bytes' in state.content) return symlink(state.content.bytes, file)
  await pipeline(Readable.from(chunksOf(state)), createWriteStream(file))
  await chmod(file, state.mode === '100755' ? 0o755 : 0o644)
}

type Undo = (() => Promise<void>)[]

async function takeAway(workspace: string, path: string, staging: string, undo: Undo): Promise<void> {
  const file = systemPath(workspace, path)
  const old = await lstat(file).catch(() => null)
  if (old === null) return
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
  const old = await lstat(target).catch(() => null)
  if (old?.isDirectory()) await rmdir(target).then(() => undo.push(async () => void (await mkdir(target))))
  else await takeAway(workspace, path, staging, undo)
  await rename(file, target)
  undo.push(() => rename(target, file))
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

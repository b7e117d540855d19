import { lstat, readdir, rename, rmdir } from 'node:fs/promises'
import { syncAllToDisk } from '../engine/files.ts'
import type { ApplyStep } from './apply-journal.ts'
import { foldersAbove, statInside, systemPath } from './changes.ts'

/** What tells a file or folder from another one at the same path; null where there is none. */
export async function identityOf(folder: string, path: string): Promise<string | null> {
  const found = await lstat(systemPath(folder, path), { bigint: true }).catch(() => null)
  if (found === null || (await statInside(folder, path)) === null) return null
  return found.isDirectory()
    ? `folder ${found.ino}`
    : `${found.mode} ${found.ino} ${found.size} ${found.mtimeNs}`
}

/** Does the Nth step: what is at the path goes aside, and what is new takes its place. */
export async function doStep(workspace: string, staging: string, n: number, step: ApplyStep): Promise<void> {
  await requireParents(workspace, step.path)
  const target = systemPath(workspace, step.path)
  const there = await statInside(workspace, step.path)
  // What was in a folder that gives way was taken away before, but for empty folders.
  if (there?.isDirectory() && !(await holdsOnlyFolders(target)))
    throw new Error(`${step.path} is a folder there, with files of its own`)
  if (there) await rename(target, aside(staging, 'old', n))
  if (step.kind !== 'delete') await rename(aside(staging, 'new', n), target)
}

/** Where the Nth step has what was at its path, and what comes there. */
export const aside = (staging: string, which: 'old' | 'new', n: number): Buffer =>
  systemPath(staging, `${which}-${n}`)

/** A link on the way could lead anywhere. */
async function requireParents(workspace: string, path: string): Promise<void> {
  const end = path.lastIndexOf('/')
  if (end < 0) return
  const parent = path.slice(0, end)
  if (!(await isFolder(workspace, parent))) throw new Error(`${parent} is no folder there`)
}

const isFolder = async (workspace: string, path: string): Promise<boolean> =>
  (await statInside(workspace, path))?.isDirectory() ?? false

async function holdsOnlyFolders(folder: Buffer): Promise<boolean> {
  for (const entry of await readdir(folder, { encoding: 'buffer', withFileTypes: true }))
    if (
      !entry.isDirectory() ||
      !(await holdsOnlyFolders(Buffer.concat([folder, Buffer.from('/'), entry.name])))
    )
      return false
  return true
}

/**
 * The paths that keep steps from being taken back: there is something else now than what they put there, or they
 * took something away and there is something again. Nothing is touched.
 */
export async function blockedSteps(
  workspace: string,
  staging: string,
  steps: readonly ApplyStep[],
): Promise<string[]> {
  const blocked: string[] = []
  const vacated = new Set<string>()
  for (const [n, step] of [...steps.entries()].reverse()) {
    const now = await identityOf(workspace, step.path)
    if (step.kind !== 'delete' && !(await isThere(aside(staging, 'new', n)))) {
      const isOurs = now === step.identity || (step.kind === 'folder' && now === null)
      if (!isOurs) blocked.push(step.path)
      else if (step.kind === 'file' || (await holdsOnly(workspace, step.path, vacated)))
        vacated.add(step.path)
    }
    if (now !== null && !vacated.has(step.path) && (await isThere(aside(staging, 'old', n))))
      blocked.push(step.path)
  }
  return [...new Set(blocked)]
}

/** True where all that is in a folder goes before it does. */
async function holdsOnly(workspace: string, folder: string, gone: ReadonlySet<string>): Promise<boolean> {
  const names = await readdir(systemPath(workspace, folder), { encoding: 'buffer' }).catch(() => [])
  return names.every((name) => gone.has(`${folder}/${name.toString('latin1')}`))
}

/** Takes back the Nth step, as far as it was done and not taken back before. */
export async function takeBack(
  workspace: string,
  staging: string,
  n: number,
  step: ApplyStep,
): Promise<void> {
  const target = systemPath(workspace, step.path)
  if (step.kind !== 'delete' && !(await isThere(aside(staging, 'new', n)))) {
    if (step.kind === 'file') await rename(target, aside(staging, 'new', n))
    else if ((await identityOf(workspace, step.path)) === step.identity) await removeIfEmpty(target)
  }
  if (!(await isThere(aside(staging, 'old', n)))) return
  await requireParents(workspace, step.path)
  await rename(aside(staging, 'old', n), target)
}

/** Waits until steps that were done, or taken back, are on the disk. */
export async function syncSteps(
  workspace: string,
  staging: string,
  steps: readonly ApplyStep[],
): Promise<void> {
  const folders: Buffer[] = [Buffer.from(staging), Buffer.from(workspace)]
  for (const parent of new Set(steps.flatMap(({ path }) => foldersAbove(path).slice(-1))))
    if (await isFolder(workspace, parent)) folders.push(systemPath(workspace, parent))
  await syncAllToDisk(folders)
}

/** Removes folders that steps have emptied, as git does. */
export async function removeEmptied(workspace: string, steps: readonly ApplyStep[]): Promise<void> {
  for (const { path, kind } of steps) {
    if (kind !== 'delete') continue
    for (const folder of foldersAbove(path).reverse())
      if ((await isFolder(workspace, folder)) && !(await removeIfEmpty(systemPath(workspace, folder)))) break
  }
}

/** False where somebody's files are in it, or it went before. */
const removeIfEmpty = (folder: Buffer): Promise<boolean> =>
  rmdir(folder).then(
    () => true,
    () => false,
  )

const isThere = async (path: Buffer): Promise<boolean> => (await lstat(path).catch(() => null)) !== null

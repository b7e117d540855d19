import { mkdir, readdir, rename } from 'node:fs/promises'
import { folderIdentity, type HeldFolder, NoFolderError } from '../../host/held-folder.ts'
import { foldersAbove } from '../changes.ts'
import type { ApplyStep } from './apply-journal.ts'

/** Does work in the folder that holds a path, to which no link leads, with the path's own name in it. */
function inParent<T>(
  folder: HeldFolder,
  path: string,
  work: (parent: HeldFolder, name: string) => Promise<T>,
): Promise<T> {
  const slash = path.lastIndexOf('/')
  return folder.within(path.slice(0, Math.max(slash, 0)), (parent) => work(parent, path.slice(slash + 1)))
}

/** What distinguishes a file or folder from another one at the same path; null when there is none. */
export async function identityOf(folder: HeldFolder, path: string): Promise<string | null> {
  const found = await inParent(folder, path, (parent, name) => parent.stat(name)).catch(notThere)
  if (found === null) return null
  return found.isDirectory()
    ? folderIdentity(found)
    : `${found.dev} ${found.mode} ${found.ino} ${found.size} ${found.mtimeNs}`
}

/** Nothing is at a path that leads over a link, or over what is no folder. */
function notThere(error: unknown): null {
  if (error instanceof NoFolderError) return null
  throw error
}

/** Where the Nth step has what was at its path, and what comes there. */
export const aside = (which: 'old' | 'new', n: number): string => `${which}-${n}`

/**
 * Does the Nth step: what is at the path goes aside, and what is new takes its place.
 * @throws Error when the path leads over a link or what is no folder, or a folder there has its own files
 */
export const doStep = (
  workspace: HeldFolder,
  staging: HeldFolder,
  n: number,
  step: ApplyStep,
): Promise<void> =>
  inParent(workspace, step.path, async (parent, name) => {
    const target = parent.entry(name)
    const there = await parent.stat(name)
    // What was in a folder that gives way was taken away before, but for empty folders.
    if (there?.isDirectory() && !(await holdsOnlyFolders(target)))
      throw new Error(`${step.path} is a folder there, with its own files`)
    if (there) await rename(target, staging.entry(aside('old', n)))
    if (step.kind !== 'delete') await rename(staging.entry(aside('new', n)), target)
  })

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
  workspace: HeldFolder,
  staging: HeldFolder,
  steps: readonly ApplyStep[],
): Promise<string[]> {
  const blocked: string[] = []
  const vacated = new Set<string>()
  for (const [n, step] of [...steps.entries()].reverse()) {
    const now = await identityOf(workspace, step.path)
    if (step.kind !== 'delete' && (await staging.stat(aside('new', n))) === null) {
      const isOurs = now === step.identity || (step.kind === 'folder' && now === null)
      if (!isOurs) blocked.push(step.path)
      else if (step.kind === 'file' || (await holdsOnly(workspace, step.path, vacated)))
        vacated.add(step.path)
    }
    if (now !== null && !vacated.has(step.path) && (await staging.stat(aside('old', n))) !== null)
      blocked.push(step.path)
  }
  return [...new Set(blocked)]
}

/** True when all that is in a folder goes before it does. */
async function holdsOnly(workspace: HeldFolder, folder: string, gone: ReadonlySet<string>): Promise<boolean> {
  const list = (open: HeldFolder) => readdir(open.entry('.'), { encoding: 'buffer' })
  const names = (await workspace.within(folder, list).catch(notThere)) ?? []
  return names.every((name) => gone.has(`${folder}/${name.toString('latin1')}`))
}

/**
 * Takes back the Nth step, as far as it was done and not taken back before.
 * @throws Error when the path leads over a link or what is no folder, or has something else than the step put there
 */
export async function takeBack(
  workspace: HeldFolder,
  staging: HeldFolder,
  n: number,
  step: ApplyStep,
): Promise<void> {
  if (step.kind !== 'delete' && (await staging.stat(aside('new', n))) === null)
    await takeAway(workspace, staging, n, step)
  if ((await staging.stat(aside('old', n))) === null) return
  await inParent(workspace, step.path, async (parent, name) => {
    if ((await parent.stat(name)) !== null) throw new Error(`${step.path} changed there meanwhile`)
    await rename(staging.entry(aside('old', n)), parent.entry(name))
  })
}

async function takeAway(
  workspace: HeldFolder,
  staging: HeldFolder,
  n: number,
  { path, kind, identity }: Exclude<ApplyStep, { kind: 'delete' }>,
): Promise<void> {
  const now = await identityOf(workspace, path)
  const mark = staging.entry(aside('new', n))
  if (kind === 'file') {
    if (now !== identity) throw new Error(`${path} changed there meanwhile`)
    await inParent(workspace, path, (parent, name) => rename(parent.entry(name), mark))
  } else {
    const remove = (parent: HeldFolder, name: string) => parent.removeIfEmpty(name)
    const isGone = now === null || (now === identity && (await inParent(workspace, path, remove)))
    // As if it had gone aside: what is put back at its path next is not taken for another process's then.
    if (isGone) await mkdir(mark)
  }
}

/** Waits until steps that were done, or taken back, are on the disk. */
export async function syncSteps(
  workspace: HeldFolder,
  staging: HeldFolder,
  steps: readonly ApplyStep[],
): Promise<void> {
  await staging.sync()
  for (const parent of new Set(steps.map(({ path }) => foldersAbove(path).at(-1) ?? '')))
    await workspace.within(parent, (folder) => folder.sync()).catch(notThere)
  await workspace.sync()
}

/** Removes folders that steps have emptied, as git does. */
export async function removeEmptied(workspace: HeldFolder, steps: readonly ApplyStep[]): Promise<void> {
  for (const { path, kind } of steps) {
    if (kind !== 'delete') continue
    for (const folder of foldersAbove(path).reverse()) {
      const remove = (parent: HeldFolder, name: string) => parent.removeIfEmpty(name)
      const isThere = (await identityOf(workspace, folder)) !== null
      if (isThere && !(await inParent(workspace, folder, remove))) break
    }
  }
}

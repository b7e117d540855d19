import { type Dirent, promises as fs } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { messageOf, TaskError } from '../../errors.ts'
import { isWithin } from '../../host/files.ts'
import { readWithin } from '../../host/read-within.ts'
import { type Detected, decide } from './decide.ts'
import { type Finding, unreadable } from './finding.ts'
import type { Reader } from './readers.ts'

/** Many times what such a file takes. */
const MOST_BYTES = 256 * 1024

/**
 * The toolchains that a repository's own files ask for: those of a folder, of the folders above it up to the
 * workspace, the nearest of each name, and of .NET's projects below it.
 * @param folder where the task works, in the workspace
 * @param wanted the one toolchain that is looked for; null for all
 * @throws TaskError ACODE-CTN-006 for a file that cannot be read and for files that contradict each other
 */
export async function detectToolchains(
  workspace: string,
  folder: string,
  wanted: string | null = null,
): Promise<Detected[]> {
  const found = [
    ...(await findUpwards(workspace, folder, wanted)),
    ...(await findBelow(workspace, folder, wanted)),
  ]
  return decide(found).filter(({ name }) => wanted === null || name === wanted)
}

async function findUpwards(workspace: string, folder: string, wanted: string | null): Promise<Finding[]> {
  const { concerns, READERS } = await import('./readers.ts')
  const readers = Object.entries(READERS).filter(([, entry]) => concerns(entry, wanted))
  const seen = new Set<string>()
  const found: Finding[] = []
  for (const place of upwards(resolve(workspace, folder), resolve(workspace))) {
    const names = new Set((await list(place)).map(({ name }) => name))
    for (const [name, [read]] of readers) {
      if (seen.has(name) || !names.has(name.split('/')[0] ?? '')) continue
      const findings = await readOne(workspace, join(place, name), read)
      if (findings === null) continue
      seen.add(name)
      found.push(...findings)
    }
  }
  return found
}

async function findBelow(workspace: string, folder: string, wanted: string | null): Promise<Finding[]> {
  const { concerns, READERS_BY_EXTENSION } = await import('./readers.ts')
  if (!Object.values(READERS_BY_EXTENSION).some((entry) => concerns(entry, wanted))) return []
  const found: Finding[] = []
  for (const file of await filesWithExtension(
    resolve(workspace, folder),
    Object.keys(READERS_BY_EXTENSION),
  )) {
    const entry = READERS_BY_EXTENSION[extname(file)]
    if (entry) found.push(...((await readOne(workspace, file, entry[0])) ?? []))
  }
  return found
}

function* upwards(from: string, to: string): Generator<string> {
  if (!isWithin(from, to)) return yield to
  for (let place = from; ; place = dirname(place)) {
    yield place
    if (place === to) return
  }
}

/** What one file says; null when it is not there. */
async function readOne(workspace: string, path: string, read: Reader): Promise<Finding[] | null> {
  const file = relative(resolve(workspace), path)
  try {
    const bytes = await readWithin(path, workspace, MOST_BYTES + 1)
    if (bytes.length > MOST_BYTES) throw new Error('it is longer than 256 KiB')
    return read({ file, text: bytes.toString('utf8') })
  } catch (error) {
    if (error instanceof TaskError) throw error
    if (isMissing(error)) return null
    throw unreadable(file, messageOf(error))
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    throw unreadable(folder, messageOf(error))
  }
}

/** Folders in which no project of the repository's own is. */
const FOREIGN = /^(\.|node_modules$|bin$|obj$|vendor$|packages$|target$|dist$)/
/** `src/Group/App/App.csproj` is as deep as projects usually are. */
const DEEPEST = 3
const MOST_PROJECTS = 200
const MOST_FOLDERS = 1_000

/** The files of these extensions below a folder, the nearest first. */
async function filesWithExtension(folder: string, extensions: readonly string[]): Promise<string[]> {
  const files: string[] = []
  let level = [folder]
  let folders = 0
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const next: string[] = []
    for (const place of level.slice(0, MOST_FOLDERS - folders)) {
      for (const entry of await list(place)) {
        if (entry.isDirectory() && !FOREIGN.test(entry.name)) next.push(join(place, entry.name))
        else if (entry.isFile() && extensions.includes(extname(entry.name)))
          files.push(join(place, entry.name))
      }
    }
    folders += level.length
    level = next
  }
  return files.slice(0, MOST_PROJECTS)
}

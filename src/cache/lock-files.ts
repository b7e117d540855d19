import { createHash } from 'node:crypto'
import { type Dirent, promises as fs } from 'node:fs'
import { join } from 'node:path'
import { matches } from '../formats/star-pattern.ts'
import { readWithin } from '../host/read-within.ts'
import { TOOLS, type Tool } from './tools.ts'

/** A tool that a workspace uses, and what its lock files are. */
export interface FoundTool {
  readonly tool: Tool
  /** The files, relative to the workspace, in a fixed order. */
  readonly files: readonly string[]
  /** Of their names and contents. */
  readonly hash: string
}

/** Folders with what is not the repository's own. */
const FOREIGN =
  /^(\.git|\.venv|venv|node_modules|bower_components|bin|obj|vendor|target|dist|build|__pycache__)$/
/** A monorepo's `apps/group/app/src` is as deep as lock files are. */
const DEEPEST = 4
const MOST_FOLDERS = 2_000
const MOST_FILES = 500
/** A lock file that is longer counts with its beginning. */
const MOST_BYTES = 32 * 1024 * 1024

/** The tools whose lock files are in a workspace. No link is followed, and what cannot be read is not there. */
export async function findTools(workspace: string): Promise<FoundTool[]> {
  const paths = await lockFiles(workspace)
  const contents = new Map<string, Buffer>()
  for (const path of paths) {
    const bytes = await readWithin(join(workspace, path), workspace, MOST_BYTES).catch(() => null)
    if (bytes !== null) contents.set(path, bytes)
  }
  return toolsOf(contents)
}

/** The tools by their lock files' contents. */
export function toolsOf(contents: ReadonlyMap<string, Buffer>): FoundTool[] {
  return TOOLS.flatMap((tool) => {
    const own = [...contents].filter(([path, bytes]) => isOf(tool, path, bytes)).sort(byPath)
    if (own.length === 0) return []
    const hash = createHash('sha256')
    for (const [path, bytes] of own)
      hash.update(`${path}\0${createHash('sha256').update(bytes).digest('hex')}\n`)
    return [{ tool, files: own.map(([path]) => path), hash: hash.digest('hex').slice(0, 32) }]
  })
}

const byPath = ([one]: [string, Buffer], [other]: [string, Buffer]): number =>
  one < other ? -1 : one > other ? 1 : 0

const isOf = ({ files, holds }: Tool, path: string, bytes: Buffer): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return files.some((pattern) => matches(pattern, name)) && (holds?.test(bytes.toString('latin1')) ?? true)
}

const PATTERNS = [...new Set(TOOLS.flatMap(({ files }) => files))]

async function lockFiles(workspace: string): Promise<string[]> {
  const found: string[] = []
  let level = ['']
  let folders = 0
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const next: string[] = []
    for (const folder of level.slice(0, MOST_FOLDERS - folders)) {
      for (const entry of await list(join(workspace, folder))) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory() && !FOREIGN.test(entry.name)) next.push(path)
        else if (entry.isFile() && PATTERNS.some((pattern) => matches(pattern, entry.name))) found.push(path)
      }
    }
    folders += level.length
    level = next
  }
  return found.sort().slice(0, MOST_FILES)
}

const list = (folder: string): Promise<Dirent[]> =>
  fs.readdir(folder, { withFileTypes: true }).catch(() => [])

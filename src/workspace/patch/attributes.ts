import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { GitBounds } from '../../host/git.ts'
import type { View } from '../../host/git-view.ts'
import { type Changes, chunksOf, type FileState, systemPath } from '../changes.ts'
import type { Baseline } from '../tree.ts'

/** What the attributes of a path say of the form in which git stores it. */
export interface Form {
  /** True when line ends may be stored otherwise. */
  readonly isText: boolean
  readonly hasIdent: boolean
  readonly hasEncoding: boolean
  /** The filter that is a program's; null when there is none. */
  readonly filter: string | null
}

/** A folder of nothing but the files that say how to take others, such as `.gitignore`, at their places. */
export async function layOutRules(
  paths: readonly string[],
  name: string,
  stateAt: (path: string) => Promise<FileState | null | undefined>,
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true })
  let count = 0
  for (const path of rulesFor(paths, name)) {
    const state = await stateAt(path)
    if (!state || state.mode === '120000') continue
    await layOut(folder, path, state)
    count++
  }
  return count
}

/** Writes a file below a folder. */
export async function layOut(folder: string, path: string, state: FileState): Promise<void> {
  const target = systemPath(folder, path)
  await mkdir(Buffer.from(dirname(target.toString('latin1')), 'latin1'), { recursive: true })
  await pipeline(Readable.from(chunksOf(state)), createWriteStream(target))
}

/** The files of rules that have a say in paths: those of all folders above them. */
function rulesFor(paths: readonly string[], name: string): Set<string> {
  const found = new Set<string>()
  for (const path of paths)
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
      found.add(`${path.slice(0, path.lastIndexOf('/', end - 1) + 1)}${name}`)
  return found
}

/** The state of a path after changes. */
export const stateAfter =
  (changes: Changes, baseline: Baseline) =>
  async (path: string): Promise<FileState | null> =>
    changes.written.get(path) ?? (changes.deleted.has(path) ? null : baseline(path))

const ASKED = ['text', 'crlf', 'eol', 'ident', 'working-tree-encoding', 'filter'] as const

/**
 * What the `.gitattributes` of a working tree say of paths. Where one is not there, that of the index counts.
 * @throws GitError
 */
export async function formsIn(
  view: View,
  workTree: string,
  paths: readonly string[],
  convertsAll: boolean,
  bounds: GitBounds,
): Promise<Map<string, Form>> {
  const input = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1')
  const how = { ...bounds, workTree, input, encoding: 'latin1' } as const
  const fields = (await view.git(['check-attr', '--stdin', '-z', ...ASKED], how)).split('\0')
  const values = new Map<string, Map<string, string>>()
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', name = '', value = ''] = fields.slice(at, at + 3)
    const own = values.get(path) ?? new Map<string, string>()
    values.set(path, own.set(name, value))
  }
  return new Map([...values].map(([path, own]) => [path, formOf(own, convertsAll)]))
}

function formOf(values: ReadonlyMap<string, string>, convertsAll: boolean): Form {
  const of = (name: (typeof ASKED)[number]) => {
    const value = values.get(name) ?? 'unspecified'
    return value === 'unspecified' || value === 'unset' ? null : value
  }
  const isBinary = values.get('text') === 'unset' || (!of('text') && values.get('crlf') === 'unset')
  const encoding = of('working-tree-encoding')
  return {
    isText: !isBinary && (convertsAll || of('text') !== null || of('crlf') !== null || of('eol') !== null),
    hasIdent: of('ident') === 'set',
    hasEncoding: encoding !== null && !/^utf-?8$/i.test(encoding),
    filter: of('filter'),
  }
}

import { posix } from 'node:path'
import { alternatives } from '../../formats/braces.ts'
import { nameGlob } from '../../formats/name-glob.ts'
import type { Budget } from '../../host/budget.ts'
import { isErrno } from '../../host/open-folder.ts'
import { type Entry, joinPath, type LeftTree } from '../../workspace/methods/left-tree.ts'

/** A file that a glob finds: the name by which it was found, and what is there. Names are bytes (latin1). */
interface Found {
  readonly name: string
  /** Where it is, free of links. */
  readonly path: string
  readonly entry: Entry
}

/**
 * What is no folder and matches one of the globs below the workspace. As in a shell, a folder that a pattern names
 * may be a link, if what it leads to is in the workspace too; `**` follows none; and neither it nor `*` matches a
 * name that begins with a dot. Folders that are too deep are left out.
 * @param matched is filled with the globs that match something
 * @throws OverBudgetError when there is no time left
 */
export async function* findFiles(
  tree: LeftTree,
  globs: readonly string[],
  budget: Budget,
  matched: Set<string> = new Set(),
): AsyncGenerator<Found> {
  const found = new Set<string>()
  for (const [glob, given] of globs.flatMap((one) => alternatives(one).map((way) => [way, one] as const))) {
    const way = posix.relative(tree.workspace, posix.resolve(tree.workspace, glob)).split('/')
    if (way[0] === '..') continue
    for await (const one of below(tree, { name: '', path: '' }, way, budget)) {
      matched.add(given)
      if (!found.has(one.name)) yield one
      found.add(one.name)
    }
  }
}

/** What makes a part of a glob more than a name. */
const MAGIC = /[*?[\]{}()!@+\\]/

type Folder = Pick<Found, 'name' | 'path'>

async function* below(
  tree: LeftTree,
  folder: Folder,
  way: readonly string[],
  budget: Budget,
): AsyncGenerator<Found> {
  budget.requireTime()
  const [pattern = '', ...rest] = way
  const isAnyDepth = pattern === '**'
  if (isAnyDepth && rest.length > 0) yield* below(tree, folder, rest, budget)
  const found = await matching(tree, folder.path, pattern).catch(unlessClosed)
  if (found === null) return yield { ...folder, entry: { kind: 'special' } }
  for (const [own, entry] of found) {
    const one = { name: joinPath(folder.name, own), path: joinPath(folder.path, own), entry }
    if (entry.kind === 'folder') {
      if (budget.enters(one.path)) yield* below(tree, one, isAnyDepth ? way : rest, budget)
    } else if (rest.length === 0) yield one
    else if (entry.kind === 'link' && !isAnyDepth) {
      const path = await tree.follow(one.path)
      const there = path === null ? null : await tree.entry(path)
      if (path !== null && there?.kind === 'folder')
        yield* below(tree, { name: one.name, path }, rest, budget)
      else if (there === null && !MAGIC.test(pattern)) yield one
    }
  }
}

/** What of a folder one part of a glob matches. */
async function matching(tree: LeftTree, folder: string, pattern: string): Promise<[string, Entry][]> {
  if (MAGIC.test(pattern)) {
    const matches = nameGlob(pattern, { groups: true, hidesDots: true })
    return [...(await tree.entries(folder))].filter(([name]) =>
      matches(Buffer.from(name, 'latin1').toString()),
    )
  }
  const name = Buffer.from(pattern).toString('latin1')
  const entry = name === '' ? null : await tree.entry(joinPath(folder, name))
  return entry ? [[name, entry]] : []
}

/** A folder that cannot be entered is one that the task made so. */
function unlessClosed(error: unknown): null {
  if (isErrno(error, 'EACCES', 'ENAMETOOLONG')) return null
  throw error
}

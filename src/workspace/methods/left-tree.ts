import type { Dirent, Stats } from 'node:fs'
import { readdir, readlink, realpath } from 'node:fs/promises'
import { type Changes, type FileState, statInside, systemPath } from '../changes.ts'

/** What is at a path of a tree. A file's state is null when the task left it as the workspace has it. */
export type Entry =
  | { readonly kind: 'folder' | 'link' | 'special' }
  | { readonly kind: 'file'; readonly state: FileState | null }

/** The system's bound for links that lead to links. */
const MOST_LINKS = 40

/**
 * The tree that a task left: its changes over the workspace on the runner; without changes the workspace alone.
 * Paths are bytes, one a character (latin1), relative to the workspace, and no folder in them is a link, but for
 * those that {@link LeftTree.follow} takes.
 */
export class LeftTree {
  readonly workspace: string
  readonly #changes: Changes | null
  readonly #special: ReadonlySet<string>
  /** The names that changes put into folders; '' is the workspace. */
  readonly #added = new Map<string, Set<string>>()

  static async of(workspace: string, changes: Changes | null): Promise<LeftTree> {
    return new LeftTree(await realpath(workspace), changes)
  }

  private constructor(workspace: string, changes: Changes | null) {
    this.workspace = workspace
    this.#changes = changes
    this.#special = new Set(changes?.special)
    for (const path of [...(changes?.written.keys() ?? []), ...this.#special]) this.#add(path)
  }

  #add(path: string): void {
    const { folder, name } = split(path)
    const names = this.#added.get(folder)
    this.#added.set(folder, (names ?? new Set()).add(name))
    if (names === undefined && folder !== '') this.#add(folder)
  }

  /** What is at a path; null when nothing is. */
  async entry(path: string): Promise<Entry | null> {
    const changed = this.#changed(path)
    if (changed !== undefined) return changed
    const found = await statInside(this.workspace, path)
    return found && entryOf(found)
  }

  /** What is in a folder, by name. */
  async entries(folder: string): Promise<Map<string, Entry>> {
    const found = new Map<string, Entry>()
    const add = (name: string, there: Entry | null) => {
      const changed = this.#changed(joinPath(folder, name))
      const entry = changed === undefined ? there : changed
      if (entry) found.set(name, entry)
    }
    if ((await statInside(this.workspace, folder))?.isDirectory()) {
      const options = { encoding: 'buffer', withFileTypes: true } as const
      for (const one of await readdir(systemPath(this.workspace, folder), options))
        add(one.name.toString('latin1'), entryOf(one))
    }
    for (const name of this.#added.get(folder) ?? []) add(name, null)
    return found
  }

  /** What changes say of a path; undefined when they say nothing. */
  #changed(path: string): Entry | null | undefined {
    const state = this.#changes?.written.get(path)
    if (state) return state.mode === '120000' ? { kind: 'link' } : { kind: 'file', state }
    if (this.#changes?.replaced?.has(path)) return null
    if (this.#special.has(path)) return { kind: 'special' }
    if (path === '' || this.#added.has(path)) return { kind: 'folder' }
    return this.#changes?.deleted.has(path) ? null : undefined
  }

  /** The path that a link stands for, free of links; null when it leads nowhere, or out of the tree. */
  async follow(link: string, links = MOST_LINKS): Promise<string | null> {
    if (links === 0) return null
    const target = await this.#target(link)
    const root = Buffer.from(`${this.workspace}/`).toString('latin1')
    const isAbsolute = target.startsWith('/')
    if (isAbsolute && !`${target}/`.startsWith(root)) return null
    let at: string | null = isAbsolute ? '' : split(link).folder
    for (const name of (isAbsolute ? target.slice(root.length) : target).split('/')) {
      at = await this.#step(at, name, links - 1)
      if (at === null) return null
    }
    return at
  }

  async #step(folder: string, name: string, links: number): Promise<string | null> {
    if (name === '' || name === '.') return folder
    if (name === '..') return folder === '' ? null : split(folder).folder
    const path = joinPath(folder, name)
    const entry = await this.entry(path)
    return entry?.kind === 'link' ? this.follow(path, links) : entry && path
  }

  async #target(link: string): Promise<string> {
    const content = this.#changes?.written.get(link)?.content
    const bytes =
      content && 'bytes' in content
        ? content.bytes
        : await readlink(systemPath(this.workspace, link), { encoding: 'buffer' })
    return bytes.toString('latin1')
  }
}

function entryOf(found: Stats | Dirent<Buffer>): Entry {
  if (found.isDirectory()) return { kind: 'folder' }
  if (found.isFile()) return { kind: 'file', state: null }
  return { kind: found.isSymbolicLink() ? 'link' : 'special' }
}

/** A path below a folder, which may be the workspace itself (''). */
export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

function split(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf('/')
  return { folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) }
}

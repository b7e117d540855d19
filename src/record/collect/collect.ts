import { lstat, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { type Budget, OverBudgetError } from '../../host/budget.ts'
import { writeSparse } from '../../host/sparse.ts'
import { takeApart } from '../../host/take-apart.ts'
import { copyFileUntrusted, moveFileUntrusted } from '../../host/untrusted.ts'
import {
  type Changes,
  chunksOf,
  contentSize,
  type FileState,
  inGitFolder,
  systemPath,
} from '../../workspace/changes.ts'
import { LeftTree } from '../../workspace/methods/left-tree.ts'
import { findFiles } from './find-files.ts'
import { portablePath } from './portable-name.ts'
import type { Written } from './written.ts'

/** A collected file: its name as the task gave it, and the one under which it travels; mostly the same. */
export interface CollectedFile {
  readonly name: string
  /** Relative to the record's artifacts folder. */
  readonly file: string
}

/** The files that a task left for the record. */
export interface CollectedFiles {
  readonly artifacts: readonly CollectedFile[]
  readonly warnings: readonly string[]
  /** Bytes of all artifacts. */
  readonly artifactBytes: number
  /** The globs that match no file. */
  readonly unmatched: readonly string[]
}

/** All that a task left for the workflow. */
export type Collected = Written & CollectedFiles

/** Where to look, and how much to take. */
export interface CollectRequest {
  /** Brings `$ARTIFACT_DIR` to the runner; `isDrawn` where that drew from the budget. What is there is moved away. */
  readonly artifacts: () => Promise<{ readonly path: string; readonly isDrawn: boolean }>
  /** The workspace on the runner, the changes that the task made to its copy of it, and the globs below it. */
  readonly workspace: string
  readonly changes: Changes | null
  readonly globs: readonly string[]
  readonly to: string
  readonly budget: Budget
}

/** Brings the artifacts of an ended task into the record. Nothing here trusts the task. */
export async function collectArtifacts(request: CollectRequest): Promise<CollectedFiles> {
  const warnings: string[] = []
  const store = new ArtifactStore(request)
  await store.takeOwn(request)
  const found = await store.takeFound(request)
  const { names, count } = store.left
  if (count > 0)
    warnings.push(
      `Left out of the artifacts, being no regular files of the task, or not to be copied: ${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`,
    )
  if (request.globs.length > 0 && found === 0 && request.budget.exceeded.size === 0)
    warnings.push(`No file of the workspace matches artifacts: ${request.globs.join(', ')}`)
  const artifacts = [...store.artifacts.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  const unmatched = request.globs.filter((glob) => !store.matched.has(glob))
  return { artifacts, warnings, artifactBytes: store.bytes, unmatched }
}

/** The record's folder of artifacts while it is filled, as far as the budget goes. */
class ArtifactStore {
  /** By the name under which they travel. */
  readonly artifacts = new Map<string, CollectedFile>()
  /** What is no file, or could not be taken: the first names, and how many. */
  readonly left = { names: [] as string[], count: 0 }
  /** The globs that match something. */
  readonly matched = new Set<string>()
  bytes = 0
  readonly #to: string
  readonly #budget: Budget
  readonly #folders = new Map<string, Promise<unknown>>()

  constructor({ to, budget }: CollectRequest) {
    this.#to = to
    this.#budget = budget
  }

  /** `$ARTIFACT_DIR`: its files are moved, which takes no time and no room, and leaves sparse ones as they are. */
  async takeOwn({ artifacts }: CollectRequest): Promise<void> {
    const { path: folder, isDrawn } = await artifacts()
    const draw = (path: string, bytes: number) => isDrawn || this.#budget.take(path, bytes)
    const visitor = {
      enters: (path: string) => draw(path, 0),
      file: async (path: string, at: Buffer, isFile: boolean) => {
        if (!isFile) this.#leave(path)
        else if (draw(path, (await lstat(at)).size)) await this.#keep(path, (to) => moveFileUntrusted(at, to))
      },
      failed: (path: string, error: unknown) => this.#fail(path, error),
    }
    await takeApart(folder, visitor, this.#budget.signal).catch((error) => this.#end(error))
  }

  /**
   * The files that match, as the task left them. What is no file of the workspace is left out and named.
   * @returns how many files match
   */
  async takeFound({ workspace, changes, globs }: CollectRequest): Promise<number> {
    let count = 0
    if (globs.length === 0) return count
    const tree = await LeftTree.of(workspace, changes)
    try {
      for await (const { name, path, entry } of findFiles(tree, globs, this.#budget, this.matched)) {
        // A checkout's git folder may hold its credentials, which no artifact may.
        if (inGitFolder(name) || inGitFolder(path)) continue
        if (entry.kind !== 'file') this.#leave(name)
        else if (await this.#copy(name, entry.state, systemPath(tree.workspace, path))) count++
      }
    } catch (error) {
      this.#end(error)
    }
    return count
  }

  /** Copies what the task wrote, or else what is in the workspace. */
  #copy(name: string, state: FileState | null, from: Buffer): Promise<boolean> {
    return this.#keep(name, async (to) => {
      const size = state === null ? (await lstat(from)).size : await contentSize(state)
      if (!this.#budget.take(name, size)) return null
      if (state === null) return copyFileUntrusted(from, to)
      await writeSparse(to, chunksOf(state))
      return true
    })
  }

  /** Takes a file; what brings it says false when it is none, and null when it has no room. */
  async #keep(path: string, bring: (to: string) => Promise<boolean | null>): Promise<boolean> {
    const file = portablePath(path)
    const to = join(this.#to, file)
    try {
      await this.#make(dirname(to))
      const isThere = await bring(to)
      if (isThere) {
        this.artifacts.set(file, { name: textOf(path), file })
        this.bytes += (await lstat(to)).size
      }
      if (isThere === false) this.#leave(path)
      return isThere === true
    } catch (error) {
      this.#fail(path, error)
      return false
    }
  }

  #make(folder: string): Promise<unknown> {
    const made = this.#folders.get(folder) ?? mkdir(folder, { recursive: true })
    this.#folders.set(folder, made)
    return made
  }

  /** Time that is up ends what is under way, and costs what was not reached. */
  #end(error: unknown): void {
    if (!(error instanceof OverBudgetError)) throw error
    this.#budget.exceeded.add(error.limit)
  }

  #leave(path: string, why = ''): void {
    this.#budget.leaveOut(path)
    this.left.count++
    if (this.left.names.length < NAMED) this.left.names.push(`${textOf(path)}${why}`)
  }

  #fail(path: string, error: unknown): void {
    this.#leave(path, ` (${messageOf(error)})`)
  }
}

/** How many of the files that are left out a warning names. */
const NAMED = 10

const textOf = (path: string): string => Buffer.from(path, 'latin1').toString()

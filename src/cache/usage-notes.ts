import { mkdirSync } from 'node:fs'
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunnerPaths } from '../github/paths.ts'
import { ownFolder } from '../host/own-folder.ts'

/**
 * When each volume was last used, as the time of an empty file of its name: engines do not say it, and labels cannot be
 * changed. The files are in the folder that the runner's user keeps next to the workspaces, which no job's end empties.
 * What another user's runner used is not seen: of that the age counts.
 */
export class UsageNotes {
  readonly #folder: string | null

  constructor(paths: Pick<RunnerPaths, 'keeping' | 'workspace'>) {
    this.#folder = noteFolder(paths)
  }

  /** Notes that volumes are used now. What cannot be noted is forgotten: it costs a later download. */
  async touch(volumes: readonly string[], now = new Date()): Promise<void> {
    await Promise.all(
      volumes.map(async (volume) => {
        const path = this.#pathOf(volume)
        if (path === null) return
        try {
          await writeFile(path, '', { mode: 0o600 })
          await utimes(path, now, now)
        } catch {
          // It counts as not used.
        }
      }),
    )
  }

  /** Epoch seconds of the last use; null when none is known. */
  async lastUse(volume: string): Promise<number | null> {
    const path = this.#pathOf(volume)
    const found = path === null ? null : await stat(path).catch(() => null)
    return found === null ? null : found.mtimeMs / 1000
  }

  /** Forgets volumes that are no more. */
  async forgetAllBut(volumes: ReadonlySet<string>): Promise<void> {
    if (this.#folder === null) return
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names)
      if (!volumes.has(name)) await rm(join(this.#folder, name), { force: true }).catch(() => undefined)
  }

  #pathOf(volume: string): string | null {
    const isName = /^[A-Za-z0-9][\w.-]{0,250}$/.test(volume)
    return this.#folder === null || !isName ? null : join(this.#folder, volume)
  }
}

/** Null when none can be made: then nothing is noted. */
function noteFolder({ keeping, workspace }: Pick<RunnerPaths, 'keeping' | 'workspace'>): string | null {
  try {
    const own = ownFolder(keeping, workspace, true)
    if (own === null) return null
    const folder = join(own, 'caches')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    return null // the runner's user may not write there, or the disk is full
  }
}

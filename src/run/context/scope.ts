import { EngineError } from '../../engine/errors.ts'
import { messageOf, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'

/** Removes or gives back one thing that a run made. */
type Release = () => Promise<unknown>

/** One thing that a run made. */
export interface Owned {
  /** Releases it now, once: the scope's end does not do it again. */
  release(): Promise<void>
  /**
   * The same where something else may have failed, which a failure of this must not hide: then it is in the debug log,
   * and the scope is in doubt.
   */
  releaseQuietly(): Promise<void>
  /** Its user has released it already. */
  forget(): void
}

/**
 * What a run has made and not released yet, in layers: what is made later may hold what was made before. It ends
 * with the run, whatever happens.
 */
export class Scope {
  readonly #layers: Set<Release>[] = [new Set()]
  #unknown = 0
  #isEnding = false

  /** Owns something from now on. What is owned in one layer is released at the same time. */
  own(release: Release): Owned {
    const layer = this.#layers.at(-1) ?? new Set()
    layer.add(release)
    const releaseOnce = async () => {
      if (layer.delete(release)) await release()
    }
    return {
      release: releaseOnce,
      releaseQuietly: () =>
        releaseOnce().catch((error: unknown) => {
          if (!(error instanceof EngineError || error instanceof TaskError)) throw error
          runner.debug(`Looked for again at the end: ${error.message}`)
          this.doubt()
        }),
      forget: () => layer.delete(release),
    }
  }

  /** What is owned from now on may hold what was owned before, and is released before that. */
  startLayer(): void {
    this.#layers.push(new Set())
  }

  /**
   * Does work that makes things. Where it fails, or has not ended, something may have been made that nothing here
   * knows of: a call that is given up may be carried out all the same.
   * @param isNothing whether a failure says that nothing was made
   */
  async making<T>(work: () => Promise<T>, isNothing: (error: unknown) => boolean = () => false): Promise<T> {
    this.#unknown++
    try {
      const made = await work()
      this.#unknown--
      return made
    } catch (error) {
      if (isNothing(error)) this.#unknown--
      throw error
    }
  }

  /** What still waits to be made is not needed any more. */
  end(): void {
    this.#isEnding = true
  }

  /** True when nothing more is to be made. */
  get isEnding(): boolean {
    return this.#isEnding
  }

  /** Something that is owned here may not go with its release alone, as after a restart of the engine. */
  doubt(): void {
    this.#unknown++
  }

  /** False when something may have been made that is not owned here. */
  get isWhole(): boolean {
    return this.#unknown === 0
  }

  /**
   * Releases everything, what was made last first. One failure keeps nothing else from its release.
   * @returns the failures' messages
   */
  async release(): Promise<string[]> {
    const failed: string[] = []
    for (const layer of this.#layers.splice(0, this.#layers.length, new Set()).reverse()) {
      const all = [...layer]
      layer.clear()
      const results = await Promise.allSettled(all.map((release) => release()))
      for (const one of results) if (one.status === 'rejected') failed.push(messageOf(one.reason))
    }
    return failed
  }
}

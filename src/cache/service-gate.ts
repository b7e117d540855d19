import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, sentence } from '../errors.ts'
import { StorageError } from '../github/blob-storage.ts'
import { type CacheMode, CacheService, CacheServiceError, cacheModeOf } from '../github/cache-service.ts'
import * as runner from '../github/runner.ts'
import { aborted } from '../host/signals.ts'

/** Shared by all steps of a job, in the runner's temporary folder. */
const NOTE = 'acode-cache-service-unanswered'

/**
 * The cache service of a job, for as long as it works: one that is down, slow or hangs costs a job one warning and
 * its time once, and no task.
 */
export class ServiceGate {
  readonly mode: CacheMode
  #service: CacheService | null
  readonly #note: string

  constructor(env: NodeJS.ProcessEnv, temp: string) {
    this.mode = cacheModeOf(env)
    this.#service = CacheService.of(env)
    this.#note = join(temp, NOTE)
    if (this.#service !== null && existsSync(this.#note)) {
      runner.info('The cache service did not answer before in this job, and is not asked again.')
      this.#service = null
    }
  }

  /** False when there is no service, or it failed. */
  get isOpen(): boolean {
    return this.#service !== null
  }

  /**
   * Asks the service; null when that fails, is given up by `signal`, or is not done. A service that fails closes the
   * gate; what is wrong with one cache is reported for that one, and a cancel is no failure.
   */
  async ask<T>(
    what: string,
    work: (service: CacheService) => Promise<T>,
    signal: AbortSignal,
    cancel: AbortSignal,
  ): Promise<T | null> {
    if (this.#service === null || signal.aborted) return null
    const givenUp = aborted(signal).then(() => {
      throw new CacheServiceError('it took too long')
    })
    try {
      return await Promise.race([work(this.#service), givenUp])
    } catch (error) {
      if (cancel.aborted) return null
      const isService = error instanceof CacheServiceError || error instanceof StorageError
      if (isService) this.#close(what, error)
      else runner.warning(`${what}: ${sentence(messageOf(error))} The task goes on without it.`, 'Cache')
      return null
    }
  }

  #close(what: string, error: Error): void {
    this.#service = null
    try {
      writeFileSync(this.#note, '')
    } catch {
      // Then the next step finds out by itself.
    }
    runner.warning(
      `${what}: ${sentence(messageOf(error))} The task goes on without it, and the service is not asked again in this job.`,
      'Cache service',
    )
  }
}

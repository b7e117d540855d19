import { soonAfter } from './signals.ts'

/** What can end the collecting of what a task left. */
export const LIMITS = ['time', 'bytes', 'files', 'depth', 'cancelled'] as const
/** One of {@link LIMITS}. */
export type Limit = (typeof LIMITS)[number]

/** What all of collecting may take. */
export interface BudgetLimits {
  readonly seconds: number
  /** Bytes of content; a sparse file counts by the size that it shows. */
  readonly bytes: number
  /** Files, folders and links. */
  readonly files: number
  /** Folders within each other. */
  readonly depth: number
}

/** Something does not fit into a budget, and what was collected is worth nothing without it. */
export class OverBudgetError extends Error {
  override readonly name = 'OverBudgetError'
  readonly limit: Limit

  constructor(limit: Limit, path: string | null) {
    super(path === null ? `over the limit: ${limit}` : `over the limit: ${limit}, at ${asText(path)}`)
    this.limit = limit
  }
}

/** What was left out, for log and record: the first names, and how many there are. */
interface LeftOut {
  readonly count: number
  readonly names: readonly string[]
}

/** What is under way when the job is cancelled has this long: the runner kills us soon. */
const AFTER_CANCEL_MS = 1_500
/** Longer paths are not collected: below our folder they would be longer than the system's calls take. */
const LONGEST_PATH = 3_000
const NAMED = 20

/**
 * The one budget of a run's collecting: time, bytes, files and depth, for all that is read from anywhere. Paths are
 * bytes, one a character (latin1).
 */
export class Budget {
  /** Aborted when the time is up, or a moment after the job was cancelled. */
  readonly signal: AbortSignal
  readonly exceeded = new Set<Limit>()
  readonly #limits: BudgetLimits
  #ended: Limit | null = null
  readonly #names: string[] = []
  #files = 0
  #bytes = 0
  #left = 0

  constructor(limits: BudgetLimits, cancel: AbortSignal) {
    this.#limits = limits
    const controller = new AbortController()
    this.signal = controller.signal
    const end = (limit: Limit): void => {
      this.#ended ??= limit
      controller.abort(new OverBudgetError(limit, null))
    }
    setTimeout(() => end('time'), limits.seconds * 1000).unref()
    soonAfter(cancel, AFTER_CANCEL_MS).addEventListener('abort', () => end('cancelled'), { once: true })
  }

  /** What was drawn so far. */
  get used(): { readonly files: number; readonly bytes: number } {
    return { files: this.#files, bytes: this.#bytes }
  }

  /** What was left out so far. */
  get leftOut(): LeftOut {
    return { count: this.#left, names: [...this.#names] }
  }

  /** Says that the end of time or job cut something off. False when neither has come. */
  isCutOff(): boolean {
    if (this.#ended !== null) this.exceeded.add(this.#ended)
    return this.#ended !== null
  }

  /** Draws for a file or folder. False when it does not fit: then it is left out, and noted. */
  take(path: string, bytes: number): boolean {
    const limit = this.#draw(path, bytes)
    if (limit === null) return true
    this.exceeded.add(limit)
    this.leaveOut(path)
    return false
  }

  /** Whether a folder is not too deep. Draws nothing; one that is too deep is left out, and noted. */
  enters(path: string): boolean {
    if (!this.#isTooDeep(path)) return true
    this.exceeded.add('depth')
    this.leaveOut(path)
    return false
  }

  /**
   * Draws for what cannot be left out.
   * @throws OverBudgetError
   */
  require(path: string, bytes: number): void {
    const limit = this.#draw(path, bytes)
    if (limit === null) return
    this.exceeded.add(limit)
    throw new OverBudgetError(limit, path)
  }

  /**
   * Draws the bytes of a file that has been drawn for already.
   * @throws OverBudgetError
   */
  requireBytes(path: string, bytes: number): void {
    this.requireTime()
    if (this.#bytes + bytes > this.#limits.bytes) {
      this.exceeded.add('bytes')
      throw new OverBudgetError('bytes', path)
    }
    this.#bytes += bytes
  }

  /**
   * For work that draws nothing and takes time.
   * @throws OverBudgetError when there is none left
   */
  requireTime(): void {
    if (this.#ended === null) return
    this.exceeded.add(this.#ended)
    throw new OverBudgetError(this.#ended, null)
  }

  /** Notes what is left out for whatever reason. */
  leaveOut(path: string): void {
    this.#left += 1
    if (this.#names.length < NAMED) this.#names.push(asText(path))
  }

  #draw(path: string, bytes: number): Limit | null {
    if (this.#ended !== null) return this.#ended
    if (this.#isTooDeep(path)) return 'depth'
    if (this.#files + 1 > this.#limits.files) return 'files'
    if (this.#bytes + bytes > this.#limits.bytes) return 'bytes'
    this.#files += 1
    this.#bytes += bytes
    return null
  }

  #isTooDeep(path: string): boolean {
    return path.length > LONGEST_PATH || path.split('/').length > this.#limits.depth
  }
}

const asText = (path: string): string => Buffer.from(path, 'latin1').toString()

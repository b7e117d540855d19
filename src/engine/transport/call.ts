import { EngineError } from '../errors.ts'

/** One finished call of the engine, for the debug log. */
export interface EngineCall {
  /** What was asked for: `['container', 'start', ID]`, or `['docker', 'create', …]` where the CLI was. */
  readonly words: readonly string[]
  readonly milliseconds: number
  readonly failed: boolean
}

/** Where the client reports its calls. */
export interface EngineObserver {
  call(call: EngineCall): void
  /** Called every ten seconds for as long as a call is not done. */
  slow(name: string, seconds: number): void
}

/** Time limits in milliseconds. What moves data is bounded generously, all else takes a fraction of a second. */
export const BOUNDS = {
  query: 20_000,
  change: 60_000,
  transfer: 10 * 60_000,
  pull: 30 * 60_000,
  build: 2 * 60 * 60_000,
} as const

const SLOW_AFTER_MS = 10_000

/** What is left to each call of a cancelled job, those under way included: all of them have to fit into 7.5 s. */
const HURRY_MS = 1_500

/** How long a call may take. */
export interface Bounds {
  /** Default {@link BOUNDS.change}. */
  readonly timeoutMs?: number | undefined
  /** What the call is asked to wait for (the grace of a stop), on top of whatever bounds it. */
  readonly graceMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * True for what lasts as long as the task: neither a cap nor a cancel shortens it, its caller ends it, and
   * it is not reported as slow.
   */
  readonly lasts?: boolean | undefined
}

/** A name for people: `container start`, `docker create`. */
export const nameOf = (words: readonly string[]): string => words.slice(0, 2).join(' ')

/** The one way to ask the engine for anything: each call has a limit, is given up on cancel, and is reported. */
export class Calls {
  readonly #observer: EngineObserver
  readonly #capMs: number
  readonly #cancel: AbortSignal | undefined

  /**
   * `capSeconds` caps the bound of every call, for steps that have to end soon; `cancel` says that the job was
   * cancelled, which leaves no call more than a moment.
   */
  constructor(observer: EngineObserver, capSeconds: number, cancel: AbortSignal | undefined) {
    this.#observer = observer
    this.#cancel = cancel
    // ACODE_ENGINE_TIMEOUT (seconds): for engines that are known to answer at once.
    this.#capMs =
      Math.min(capSeconds, Number(process.env.ACODE_ENGINE_TIMEOUT) || Number.POSITIVE_INFINITY) * 1000
  }

  /**
   * Does a call. `work` ends soon after its signal was aborted.
   * @throws EngineError `timeout`, `aborted`, and whatever `work` throws
   */
  async run<T>(
    words: readonly string[],
    bounds: Bounds,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { graceMs = 0, timeoutMs = BOUNDS.change, lasts = false } = bounds
    const limitMs = lasts ? timeoutMs : Math.min(timeoutMs, this.#capMs) + graceMs
    const limit = limited(limitMs, bounds.signal, lasts ? undefined : this.#cancel, HURRY_MS + graceMs)
    const started = performance.now()
    const elapsed = () => performance.now() - started
    const slow = setInterval(() => {
      if (!lasts) this.#observer.slow(nameOf(words), Math.round(elapsed() / 1000))
    }, SLOW_AFTER_MS)
    let failed = true
    try {
      limit.signal.throwIfAborted()
      const result = await work(limit.signal)
      failed = false
      return result
    } catch (error) {
      const why = limit.ended()
      if (why === null) throw error
      const given = why === 'aborted' ? givenUp(words) : unanswered(words, limitMs)
      given.isUnsent = error instanceof EngineError && error.isUnsent
      throw given
    } finally {
      clearInterval(slow)
      limit.end()
      this.#observer.call({ words, milliseconds: elapsed(), failed })
    }
  }
}

function givenUp(words: readonly string[]): EngineError {
  const name = nameOf(words)
  return new EngineError('aborted', name, `${name} was given up`)
}

function unanswered(words: readonly string[], limitMs: number): EngineError {
  const name = nameOf(words)
  return new EngineError('timeout', name, `${name} did not answer within ${limitMs / 1000} s`)
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Aborted when a call's time is up, its caller gives up, or a moment after the job was cancelled. */
function limited(
  timeoutMs: number,
  caller: AbortSignal | undefined,
  cancel: AbortSignal | undefined,
  afterCancelMs: number,
): { signal: AbortSignal; ended(): 'timeout' | 'aborted' | null; end(): void } {
  const controller = new AbortController()
  let why: 'timeout' | 'aborted' | null = null
  const abort = (reason: 'timeout' | 'aborted') => {
    why ??= reason
    controller.abort()
  }
  const giveUp = () => abort('aborted')
  const timers = [setTimeout(() => abort('timeout'), Math.min(timeoutMs, LONGEST_TIMER_MS))]
  const hurry = () => timers.push(setTimeout(giveUp, afterCancelMs))
  caller?.addEventListener('abort', giveUp)
  cancel?.addEventListener('abort', hurry)
  if (caller?.aborted) giveUp()
  if (cancel?.aborted) hurry()
  return {
    signal: controller.signal,
    ended: () => why,
    end() {
      for (const timer of timers) clearTimeout(timer)
      caller?.removeEventListener('abort', giveUp)
      cancel?.removeEventListener('abort', hurry)
    },
  }
}

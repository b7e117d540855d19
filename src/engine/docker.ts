import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { pipeline as connect, PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Finished, type RunOptions, run } from './process.ts'

/** One finished call of the engine's CLI, for the debug log. */
export interface EngineCall {
  readonly args: readonly string[]
  readonly milliseconds: number
  readonly failed: boolean
}

/** Where the client reports its calls. */
export interface EngineObserver {
  call(call: EngineCall): void
  /** Told every ten seconds for as long as a call is not done. */
  slow(args: readonly string[], seconds: number): void
}

/** Time limits in milliseconds. What moves data is bounded generously, all else takes a fraction of a second. */
export const BOUNDS = { query: 20_000, change: 60_000, transfer: 10 * 60_000, pull: 30 * 60_000 } as const

const SLOW_AFTER_MS = 10_000

/** A call of the engine's CLI that did not succeed. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  /** `missing`: no CLI; `timeout`: it did not answer in time; `aborted`: we gave up; `failed`: it said no. */
  readonly kind: 'missing' | 'timeout' | 'aborted' | 'failed'
  readonly args: readonly string[]

  constructor(kind: EngineError['kind'], args: readonly string[], message: string) {
    super(message)
    this.kind = kind
    this.args = args
  }
}

/** True where the engine says that its disk has no room for what it was asked to do. */
export const isDiskFull = (error: EngineError): boolean =>
  /no space left on device|disk quota exceeded/i.test(error.message)

/** Whoever read an archive failed before its end. */
class UnreadError extends Error {
  constructor(cause: unknown) {
    super('the archive was not read to its end', { cause })
  }
}

/** What a call may set beside its arguments. */
export interface CallOptions extends Omit<RunOptions, 'timeoutMs'> {
  readonly timeoutMs?: number
  /** What the call is asked to wait for (`stop -t`), on top of whatever bounds it. */
  readonly graceMs?: number
}

/** What is left to each call of a cancelled job, those under way included: all of them have to fit into 7.5 s. */
const HURRY_MS = 1_500

/**
 * The engine behind the `docker` CLI. The CLI brings contexts, credential helpers, `DOCKER_HOST=ssh://…` and
 * Podman's drop-in with it, and what it is told can be run again by a person (RUN-7). Arguments are lists;
 * nothing passes through a shell.
 */
export class Docker {
  private readonly observer: EngineObserver
  private readonly capMs: number
  private readonly cancel: AbortSignal | undefined

  /**
   * `capSeconds` caps the bound of every call, for steps that have to end soon; `cancel` tells that the job was
   * cancelled, which leaves no call more than a moment.
   */
  constructor(observer: EngineObserver, capSeconds = Number.POSITIVE_INFINITY, cancel?: AbortSignal) {
    this.observer = observer
    this.cancel = cancel
    // ACODE_ENGINE_TIMEOUT (seconds): for engines that are known to answer at once.
    this.capMs =
      Math.min(capSeconds, Number(process.env.ACODE_ENGINE_TIMEOUT) || Number.POSITIVE_INFINITY) * 1000
  }

  /**
   * Runs `docker ARGS` and gives its standard output without the last line end.
   * @throws EngineError
   */
  async call(args: readonly string[], options: CallOptions = {}): Promise<string> {
    const { graceMs = 0 } = options
    const timeoutMs = Math.min(options.timeoutMs ?? BOUNDS.change, this.capMs) + graceMs
    const started = performance.now()
    const hurry = hurried(HURRY_MS + graceMs, this.cancel, options.signal)
    const slow = setInterval(
      () => this.observer.slow(args, Math.round((performance.now() - started) / 1000)),
      SLOW_AFTER_MS,
    )
    try {
      const finished = await run('docker', args, { ...options, timeoutMs, signal: hurry.signal })
      this.observer.call({ args, milliseconds: finished.milliseconds, failed: finished.code !== 0 })
      return outputOf(args, finished, timeoutMs)
    } catch (error) {
      throw error instanceof EngineError ? error : cannotStart(args, error)
    } finally {
      clearInterval(slow)
      hurry.end()
    }
  }

  /**
   * Copies a folder of a container out as a tar archive, which `consume` reads to its end, until it is given up
   * through `signal`. Where `consume` throws before the end, nothing more is asked of the engine.
   * @throws EngineError, or what `consume` throws
   */
  async copyOut(
    container: string,
    path: string,
    consume: (archive: Readable) => Promise<void>,
    options: readonly string[] = [],
    signal?: AbortSignal,
  ): Promise<void> {
    const args = ['cp', ...options, `${container}:${path}`, '-']
    await this.transfer(
      args,
      async (child) => {
        const { stdout } = child
        if (!stdout) return
        // Node lets go of what nobody reads yet when the child ends: it waits in a stream of ours, whose end its reader sees.
        const archive = connect(stdout, new PassThrough(), () => undefined)
        try {
          await consume(archive)
        } catch (error) {
          // The archive goes on and nobody reads it: the reader's failure is the cause, not the CLI's.
          if (archive.readableEnded) throw error
          archive.destroy() // or what is left in it would keep the call from ending
          child.kill()
          throw new UnreadError(error)
        }
      },
      signal,
    )
  }

  /**
   * Copies a tar archive into a folder of a container, until it is given up through `signal`.
   * @throws EngineError
   */
  async copyIn(
    container: string,
    path: string,
    archive: AsyncIterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<void> {
    const args = ['cp', '-', `${container}:${path}`]
    await this.transfer(
      args,
      async (child) => {
        if (child.stdin) await pipeline(archive, child.stdin)
      },
      signal,
    )
  }

  /** A call that moves data. What the CLI says of its failure goes before what its broken pipe says. */
  private async transfer(
    args: readonly string[],
    move: (child: ChildProcess) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    const started = performance.now()
    const timeout = Math.min(BOUNDS.transfer, this.capMs)
    const hurry = hurried(HURRY_MS, this.cancel, signal)
    const child = spawn('docker', args, { stdio: ['pipe', 'pipe', 'pipe'], timeout, killSignal: 'SIGKILL' })
    hurry.signal.addEventListener('abort', () => child.kill('SIGKILL'))
    if (hurry.signal.aborted) child.kill('SIGKILL')
    const failure: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => failure.push(chunk))
    const closed = once(child, 'close')
    const [moved] = await Promise.allSettled([move(child), closed])
    hurry.end()
    const failed = child.exitCode !== 0
    this.observer.call({ args, milliseconds: performance.now() - started, failed })
    if (moved.status === 'rejected' && moved.reason instanceof UnreadError && !hurry.signal.aborted)
      throw moved.reason.cause
    if (failed && hurry.signal.aborted)
      throw new EngineError('aborted', args, `docker ${args[0]} was given up`)
    if (failed)
      throw new EngineError(
        'failed',
        args,
        said(Buffer.concat(failure).toString('utf8')) || `docker ${args[0]} failed`,
      )
    if (moved.status === 'rejected') throw moved.reason
  }

  /** Like {@link call} for questions: bounded tightly, null where the answer is "no such thing". */
  async find(args: readonly string[]): Promise<string | null> {
    try {
      return await this.call(args, { timeoutMs: BOUNDS.query })
    } catch (error) {
      if (error instanceof EngineError && error.kind === 'failed' && (await this.answers())) return null
      throw error
    }
  }

  /** True where an engine answers. Never throws. */
  async answers(): Promise<boolean> {
    return (await this.whyNot()) === null
  }

  /** Why no engine answers, in the CLI's words; null where one does. */
  async whyNot(): Promise<string | null> {
    try {
      await this.call(['version', '--format', '{{.Server.Version}}'], { timeoutMs: BOUNDS.query })
      return null
    } catch (error) {
      if (error instanceof EngineError) return error.message
      throw error
    }
  }

  /**
   * Starts a created container and stays attached to its output. Standard error goes into standard output in
   * the CLI's own process, so that the order in which the engine sent them is kept.
   */
  startAttached(container: string): ChildProcess {
    const args = ['start', '--attach', container]
    return spawn('/bin/sh', ['-c', 'exec docker "$@" 2>&1', 'sh', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  }
}

/** The CLI's message without what every one of them begins with. */
const said = (stderr: string): string => stderr.trim().replace(/^Error response from daemon: /, '')
/** Aborted when the caller gives up, or a moment after the job was cancelled. */
function hurried(
  afterMs: number,
  cancel: AbortSignal | undefined,
  caller?: AbortSignal,
): { signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  const abort = () => controller.abort()
  let timer: NodeJS.Timeout | undefined
  const hurry = () => {
    timer = setTimeout(abort, afterMs)
  }
  caller?.addEventListener('abort', abort)
  cancel?.addEventListener('abort', hurry)
  if (caller?.aborted) abort()
  if (cancel?.aborted) hurry()
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
      cancel?.removeEventListener('abort', hurry)
    },
  }
}

function outputOf(args: readonly string[], finished: Finished, timeoutMs: number): string {
  if (finished.ended === 'aborted') throw new EngineError('aborted', args, `docker ${args[0]} was given up`)
  if (finished.ended === 'timeout')
    throw new EngineError('timeout', args, `docker ${args[0]} did not answer within ${timeoutMs / 1000} s`)
  if (finished.code !== 0)
    throw new EngineError(
      'failed',
      args,
      said(finished.stderr) || `docker ${args[0]} ended with ${finished.code}`,
    )
  return finished.stdout.replace(/\n$/, '')
}

function cannotStart(args: readonly string[], error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return new EngineError('missing', args, 'the docker command is not on PATH')
  if (code === 'E2BIG')
    return new EngineError('failed', args, 'the arguments or environment are larger than the system allows')
  return error
}

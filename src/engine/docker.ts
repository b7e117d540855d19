import { pipeline as connect, PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Finished, type Program, type RunOptions, run, start } from '../host/process.ts'

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
      async (program) => {
        // Node lets go of what nobody reads yet when the child ends: it waits in a stream of ours, whose end its reader sees.
        const archive = connect(program.stdout, new PassThrough(), () => undefined)
        try {
          await consume(archive)
        } catch (error) {
          // The archive goes on and nobody reads it: the reader's failure is the cause, not the CLI's.
          if (archive.readableEnded) throw error
          archive.destroy() // or what is left in it would keep the call from ending
          program.kill('SIGTERM')
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
      async ({ stdin }) => {
        if (stdin) await pipeline(archive, stdin)
      },
      signal,
    )
  }

  /** A call that moves data. What the CLI says of its failure goes before what its broken pipe says. */
  private async transfer(
    args: readonly string[],
    move: (program: Program) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    const timeoutMs = Math.min(BOUNDS.transfer, this.capMs)
    const hurry = hurried(HURRY_MS, this.cancel, signal)
    const program = start('docker', args, {
      timeoutMs,
      signal: hurry.signal,
      takesInput: true,
      endSignal: 'SIGKILL',
    })
    const failure: Buffer[] = []
    program.stderr.on('data', (chunk: Buffer) => failure.push(chunk))
    const [moved, closed] = await Promise.allSettled([move(program), program.ending])
    hurry.end()
    if (closed.status === 'rejected') throw cannotStart(args, closed.reason)
    const ending = closed.value
    this.observer.call({ args, milliseconds: ending.milliseconds, failed: ending.code !== 0 })
    const reason = moved.status === 'rejected' ? moved.reason : null
    if (reason instanceof UnreadError && ending.ended === 'by-itself') throw reason.cause
    outputOf(args, { ...ending, stdout: '', stderr: Buffer.concat(failure).toString('utf8') }, timeoutMs)
    if (reason !== null) throw reason
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
   * the CLI's own process, so that the order in which the engine sent them is kept. The limit is the task's own.
   */
  startAttached(container: string, timeoutMs: number): Program {
    const args = ['start', '--attach', container]
    return start('/bin/sh', ['-c', 'exec docker "$@" 2>&1', 'sh', ...args], { timeoutMs })
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
  if (finished.ended === 'too-long')
    throw new EngineError('failed', args, `docker ${args[0]} printed more than is taken of it`)
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

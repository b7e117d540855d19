import { type ChildProcess, spawn } from 'node:child_process'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Why a program ended: by itself, because its time was up, because its caller gave up, or because it printed more
 * than its caller takes.
 */
type EndedBy = 'by-itself' | 'timeout' | 'aborted' | 'too-long'

/** How a program ended. */
interface Ending {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null
  readonly ended: EndedBy
  readonly milliseconds: number
}

/** How to start a program: every one has a time limit (a wedged engine must not hang the job). */
interface StartOptions {
  /** Its time limit, at most 24 days: the longest that a timer of Node.js runs. */
  readonly timeoutMs: number
  /** Aborted where the program is to end before. */
  readonly signal?: AbortSignal | undefined
  /** The whole environment. Default this process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly cwd?: string | undefined
  /** True when something is written to its standard input; there is nothing to read otherwise. */
  readonly takesInput?: boolean | undefined
  /** How much it and each of its children may allocate, in bytes. Files that are mapped to be read do not count. */
  readonly memoryBytes?: number | undefined
  /** The first signal where it has to end. Default `SIGTERM`; `SIGKILL` follows two seconds later. */
  readonly endSignal?: 'SIGTERM' | 'SIGKILL' | undefined
  /** True when its children end with it. Default the program alone. */
  readonly withChildren?: boolean | undefined
}

/** A program at work. */
export interface Program {
  /** Null when the program takes no input. */
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable
  /**
   * Settles when the program has ended and its output is closed.
   * @throws the system's error (`ENOENT`, `E2BIG` …) when the program cannot be started
   */
  readonly ending: Promise<Ending>
  isRunning(): boolean
  /** Sends it a signal, unless it has ended. */
  kill(signal: NodeJS.Signals): void
  /** Ends it, for a reason that its ending names. */
  end(why: Exclude<EndedBy, 'by-itself'>): void
}

/** What does not end on SIGTERM has SIGKILL after this. */
export const KILL_AFTER_MS = 2_000

const running = new Set<Program>()

/** Ends every program that was started and still runs. */
export function endPrograms(): void {
  for (const program of running) program.end('aborted')
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Starts a program; its arguments pass through no shell. Its streams are our own pipes, so that a program which
 * outlives us never holds the runner's streams open.
 */
export function start(file: string, args: readonly string[], options: StartOptions): Program {
  const started = performance.now()
  const child = spawned(file, args, options)
  const { stdin, stdout, stderr } = child
  if (!stdout || !stderr) throw new Error(`${file} was started without pipes`)
  // A program that ends before it read its input is judged by its exit code, not by the broken pipe.
  stdin?.on('error', () => stdin.destroy())
  let ended: EndedBy = 'by-itself'
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const kill = (name: NodeJS.Signals) => {
    if (options.withChildren && child.pid !== undefined) signal(-child.pid, name)
    else child.kill(name)
  }
  // A child of the program's own may hold its output open for as long as it likes.
  const letGo = () => {
    stdout.destroy()
    stderr.destroy()
  }
  const end = (why: EndedBy) => {
    if (ended === 'by-itself') ended = why
    if (isRunning()) child.once('exit', letGo)
    else letGo()
    kill(options.endSignal ?? 'SIGTERM')
    setTimeout(() => {
      kill('SIGKILL')
      letGo()
    }, KILL_AFTER_MS).unref()
  }
  const stopLimits = limit(options, end)
  const closed = new Promise<Ending>((resolve, reject) => {
    child.on('error', (error) => {
      stdin?.destroy()
      letGo()
      reject(error)
    })
    child.on('close', (code) => resolve({ code, ended, milliseconds: performance.now() - started }))
  })
  const program: Program = {
    ...{ stdin, stdout, stderr, isRunning, kill, end },
    ending: closed.finally(() => {
      stopLimits()
      running.delete(program)
    }),
  }
  running.add(program)
  program.ending.catch(() => undefined) // it is reported to those who wait for it
  return program
}

/** A shell sets the limit and becomes the program. Systems without that limit, or with a lower one, go without. */
const WITH_LIMIT = ['-c', 'ulimit -d "$1" 2>/dev/null; shift; exec "$@"', 'sh']

function spawned(file: string, args: readonly string[], options: StartOptions): ChildProcess {
  const { env = process.env, cwd, memoryBytes, takesInput, withChildren: detached } = options
  const stdio = [takesInput ? 'pipe' : 'ignore', 'pipe', 'pipe'] as const
  const how = { env, cwd, detached, stdio: [...stdio] }
  if (memoryBytes === undefined) return spawn(file, args, how)
  return spawn('/bin/sh', [...WITH_LIMIT, String(Math.floor(memoryBytes / 1024)), file, ...args], how)
}

/** A process that outlives us. */
export interface Detached {
  /** Says that it may end; else it learns of our end when its standard input ends. */
  dismiss(): void
}

/**
 * Starts a process that may outlive us, in its own group and with none of our streams. It is bounded by what it
 * does when its standard input ends, which is when we do. One that cannot be started is none.
 */
export function startDetached(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Detached {
  const child = spawn(file, args, { env, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  return { dismiss: () => child.stdin.end('done') }
}

/** Ends a program when its time is up or its caller gives up. Gives what stops that. */
function limit({ timeoutMs, signal }: StartOptions, end: (why: EndedBy) => void): () => void {
  const timer = setTimeout(() => end('timeout'), Math.min(timeoutMs, LONGEST_TIMER_MS))
  const abort = () => end('aborted')
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** How a program that was run to its end ended, and what it printed. */
interface Finished extends Ending {
  readonly stdout: string
  readonly stderr: string
}

/** How to run a program to its end. */
interface RunOptions extends Omit<StartOptions, 'takesInput'> {
  /** Written to its standard input, at the pace at which it is read. */
  readonly input?: Uint8Array | AsyncIterable<Uint8Array> | undefined
  /** How stdout is decoded; `latin1` keeps its bytes, one a character. Default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1' | undefined
  /** Given each chunk of stdout and stderr as it comes, for progress. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined
}

/** What a program may print to either of its streams before it is ended: more than any that is run here prints. */
const LONGEST_OUTPUT = 256 * 1024 * 1024

/**
 * Runs a program to its end.
 * @throws the system's error (`ENOENT`, `E2BIG` …) when the program cannot be started, and what `input` throws
 */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const { input, encoding = 'utf8', onOutput } = options
  const program = start(file, args, { ...options, takesInput: input !== undefined })
  const stdout = collect(program, program.stdout, onOutput)
  const stderr = collect(program, program.stderr, onOutput)
  const fed = input === undefined ? null : feed(program, input)
  fed?.catch(() => undefined) // thrown below, once the program has ended
  const ending = await program.ending
  await fed
  return { ...ending, stdout: stdout().toString(encoding), stderr: stderr().toString('utf8') }
}

/** Collects what a program prints to one of its streams. */
function collect(program: Program, stream: Readable, onOutput: RunOptions['onOutput']): () => Buffer {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= LONGEST_OUTPUT) chunks.push(chunk)
    else program.end('too-long')
    onOutput?.(chunk)
  })
  return () => Buffer.concat(chunks)
}

/** Reading the input of a program failed. */
class InputError extends Error {}

/** Writes a program's input. What it does not read is no error; when the input cannot be read, the program is ended. */
async function feed(program: Program, input: NonNullable<RunOptions['input']>): Promise<void> {
  if (program.stdin === null) return
  async function* source() {
    try {
      yield* input instanceof Uint8Array ? [input] : input
    } catch (cause) {
      throw new InputError('', { cause })
    }
  }
  try {
    await pipeline(Readable.from(source(), { objectMode: false }), program.stdin)
  } catch (error) {
    if (!(error instanceof InputError)) return
    program.end('aborted')
    throw error.cause
  }
}

/** Signals a process, unless it is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself, which is what was wanted.
  }
}

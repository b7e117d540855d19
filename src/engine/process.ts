import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

/** How a child process ended and what it printed. */
export interface Finished {
  /** Exit code, or null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** True where its time was up or its caller gave up, and it was therefore ended. */
  readonly ended: 'by-itself' | 'timeout' | 'aborted'
  readonly milliseconds: number
}

/** How to run a child process: every one is bounded in time (a wedged engine must not hang the job). */
export interface RunOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Written to its standard input, which is closed otherwise. */
  readonly input?: Uint8Array | undefined
  /** How stdout is decoded; `latin1` keeps its bytes, one a character. Default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1' | undefined
  /** Given each chunk of stdout and stderr as it comes, for progress. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined
}

const KILL_AFTER_MS = 2_000

/**
 * Runs a program to its end without a shell. Standard output and error are pipes of our own, so that a
 * program which outlives us never holds the runner's streams open.
 * @throws the system's error (`ENOENT`, `E2BIG` …) where the program cannot be started.
 */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: options.env ?? process.env,
      stdio: [options.input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let ended: Finished['ended'] = 'by-itself'
    // A child of the program's own may hold its output open for as long as it likes.
    const letGo = () => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    const end = (why: Finished['ended']) => {
      ended = why
      child.kill('SIGTERM')
      child.once('exit', letGo)
      setTimeout(() => {
        child.kill('SIGKILL')
        letGo()
      }, KILL_AFTER_MS).unref()
    }
    const timer = setTimeout(() => end('timeout'), options.timeoutMs)
    const abort = () => end('aborted')
    const settle = () => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
    }
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted) abort()
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout.push(chunk)
      options.onOutput?.(chunk)
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr.push(chunk)
      options.onOutput?.(chunk)
    })
    // A program that ends before it read its input is judged by its exit code, not by the broken pipe.
    child.stdin?.on('error', () => child.stdin?.destroy())
    child.stdin?.end(options.input)
    child.on('error', (error) => {
      settle()
      reject(error)
    })
    child.on('close', (code) => {
      settle()
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString(options.encoding ?? 'utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
        ended,
        milliseconds: performance.now() - started,
      })
    })
  })
}

/**
 * Ends the processes of this user whose initial environment holds `entry` (`NAME=value`): how a later process
 * ends what a killed one left running. They have a while to end by themselves; then SIGTERM, and SIGKILL two
 * seconds later.
 * @returns how many there were; 0 where there is no /proc
 */
export async function endProcesses(entry: string, patienceMs = 0): Promise<number> {
  const found = await processesWith(entry)
  const stubborn = await stillThere(entry, found, patienceMs)
  for (const pid of stubborn) signal(pid, 'SIGTERM')
  for (const pid of await stillThere(entry, stubborn, KILL_AFTER_MS)) signal(pid, 'SIGKILL')
  return found.length
}

/** Those of the processes that do not end within a while. */
async function stillThere(entry: string, pids: number[], patienceMs: number): Promise<number[]> {
  const giveUp = performance.now() + patienceMs
  let left = pids
  while (left.length > 0 && performance.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    left = await having(entry, left)
  }
  return left
}

async function processesWith(entry: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  return (await having(entry, pids)).filter((pid) => pid !== process.pid)
}

/** Those of the processes that have the entry. One that has ended has no environment, reaped or not. */
async function having(entry: string, pids: readonly number[]): Promise<number[]> {
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Other users' processes cannot be read, and any may end while we look: neither is one of ours.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      return environment.split('\0').includes(entry) ? [pid] : []
    }),
  )
  return found.flat()
}

/** Signals a process, unless it is gone. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself, which is what was wanted.
  }
}

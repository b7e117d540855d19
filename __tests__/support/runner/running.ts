import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { User } from './layout.ts'
import { LineSplitter } from './line-splitter.ts'
import { Tail } from './tail.ts'

/** The runner's patience (ProcessInvoker.cs), in milliseconds. */
const AFTER_SIGINT = 7500
const AFTER_SIGTERM = 2500
/** How long the runner waits for the streams of a process that has ended, before it goes on without them. */
const AFTER_EXIT = 5000

export type ProcessPlan = {
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly user: User | undefined
  readonly onLine: (line: string) => void
}

export type ProcessEnd = {
  /** 128 and the signal's number after a signal, as the runner sees it. */
  readonly exitCode: number
  readonly signal: NodeJS.Signals | null
  readonly durationMs: number
  /** A child of the process kept its streams open: the runner stopped waiting for them. */
  readonly heldOpen: boolean
}

/** What else there is to say of a process when it has ended. */
export type Progress = { readonly cancelled: boolean; readonly output: string }

/** An entry of an action, running. `Result` is what there is to know when it has ended. */
export class Running<Result> {
  readonly child: ChildProcess
  /** Of the step, once its process has ended and its files are read. Rejects only where it could not start. */
  readonly result: Promise<Result>
  cancelled = false

  readonly #output = new Tail()
  readonly #watchers = new Set<() => void>()
  #ended = false

  constructor(plan: ProcessPlan, conclude: (end: ProcessEnd, progress: Progress) => Result) {
    this.child = start(plan)
    this.result = this.#follow(plan).then((end) =>
      conclude(end, { cancelled: this.cancelled, output: this.output() }),
    )
    // Who waits for the result sees the error; a test that has failed before it did should not fail twice.
    this.result.catch(() => undefined)
  }

  /** All output so far, stdout and stderr as they came. */
  output(): string {
    return this.#output.items().join('')
  }

  /** Resolves when the output so far matches; rejects with it when the process ends before that. */
  async sees(pattern: RegExp): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const watch = (): void => {
      if (this.output().search(pattern) >= 0) resolve()
      else if (this.#ended)
        reject(new Error(`The step ended and never printed ${pattern}:\n${this.output()}`))
    }
    this.#watchers.add(watch)
    watch()
    return promise.finally(() => this.#watchers.delete(watch))
  }

  /** As when the workflow is cancelled or the step's time is up: to this process only, never to its children. */
  cancel(): Promise<Result> {
    if (this.#ended || this.cancelled) return this.result
    this.cancelled = true
    this.child.kill('SIGINT')
    const term = setTimeout(() => this.child.kill('SIGTERM'), AFTER_SIGINT)
    const kill = setTimeout(() => this.child.kill('SIGKILL'), AFTER_SIGINT + AFTER_SIGTERM)
    return this.result.finally(() => {
      clearTimeout(term)
      clearTimeout(kill)
    })
  }

  /** A signal from elsewhere, such as the kernel's SIGKILL when memory runs out. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Result> {
    this.child.kill(signal)
    return this.result
  }

  #follow(plan: ProcessPlan): Promise<ProcessEnd> {
    const started = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<ProcessEnd>()
    const { child } = this
    const splitters = [child.stdout, child.stderr].map((stream) => {
      const splitter = new LineSplitter(plan.onLine)
      const decoder = new TextDecoder()
      stream?.on('data', (chunk: Buffer) => {
        this.#output.push(decoder.decode(chunk, { stream: true }))
        splitter.write(chunk)
        this.#notify()
      })
      return splitter
    })
    let waiting: NodeJS.Timeout | undefined
    let durationMs = 0
    const end = (heldOpen: boolean): void => {
      if (this.#ended) return
      clearTimeout(waiting)
      this.#ended = true
      for (const splitter of splitters) splitter.end()
      const { exitCode, signalCode: signal } = child
      const code = exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal])
      resolve({ exitCode: code, signal, durationMs, heldOpen })
      this.#notify()
    }
    child.on('error', (error) => {
      this.#ended = true
      reject(error)
      this.#notify()
    })
    child.on('exit', () => {
      durationMs = performance.now() - started
      waiting = setTimeout(() => {
        end(true)
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, AFTER_EXIT)
    })
    child.on('close', () => end(false))
    return promise
  }

  #notify(): void {
    for (const watch of this.#watchers) watch()
  }
}

function start({ program, args, folder, environment, user }: ProcessPlan): ChildProcess {
  const options = { cwd: folder, env: { ...environment } }
  const child =
    user === undefined
      ? spawn(program, args, options)
      : spawn('setpriv', [...privileges(user), '--', program, ...args], options)
  // The runner gives a step an input that is at its end.
  child.stdin.on('error', () => undefined)
  child.stdin.end()
  return child
}

/** setpriv becomes the program, so the process is the step's own; node itself cannot keep further groups. */
function privileges({ uid, gid, groups = [] }: User): string[] {
  const others = groups.length > 0 ? `--groups=${groups.join(',')}` : '--clear-groups'
  return [`--reuid=${uid}`, `--regid=${gid}`, others]
}

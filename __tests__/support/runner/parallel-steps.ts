import { setTimeout as delay } from 'node:timers/promises'
import type { FinishedStep, Inputs, Job, RunningStep, StepOptions } from '../runner.ts'
import type { StepResult } from './step-result.ts'

/** What the runner lets run side by side; the others wait for one to end. */
const AT_ONCE = 10
/** How long a `cancel:` step waits for the step that it ends, before the job goes on without. */
const PATIENCE_MS = 7500

/** A step with `background: true`. */
export type BackgroundStep = {
  /** Resolves when its main entry was started, which may have to wait for a place. */
  readonly started: Promise<RunningStep>
  readonly result: Promise<FinishedStep>
}

/**
 * Runs steps of a job side by side, as `parallel:` and `background: true` do (BackgroundStepCoordinator.cs): `wait` is
 * a step's `result`. Where the job ends, an implicit `wait-all` comes first, then the posts in the reverse order of
 * their starts.
 */
export class ParallelSteps {
  readonly #job: Job
  readonly #waiting: (() => void)[] = []
  readonly #all: Promise<FinishedStep>[] = []
  readonly #inOrder: Promise<FinishedStep>[] = []
  #running = 0
  /** How many ran at once, at most. */
  widest = 0

  constructor(job: Job) {
    this.#job = job
  }

  /** A step with `background: true`. */
  background(inputs: Inputs, options: StepOptions = {}): BackgroundStep {
    const started = this.#place().then(() => this.#job.start(inputs, options))
    const result = started.then((running) => {
      this.#inOrder.push(running.result)
      return running.result
    })
    const free = () => this.#free()
    result.then(free, free)
    this.#all.push(result)
    return { started, result }
  }

  /** `wait-all`. */
  waitAll(): Promise<FinishedStep[]> {
    return Promise.all(this.#all)
  }

  /** A `cancel:` step: SIGINT to the step's process, whose end it waits for, and not for ever. */
  async cancel(step: BackgroundStep): Promise<void> {
    const running = await step.started
    await Promise.race([running.kill('SIGINT'), delay(PATIENCE_MS, undefined, { ref: false })])
  }

  /** The end of the job. */
  async end(): Promise<StepResult[]> {
    await this.waitAll()
    const posts: StepResult[] = []
    for (const step of this.#inOrder.toReversed()) posts.push(await (await step).post())
    return posts
  }

  async #place(): Promise<void> {
    if (this.#running === AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running++
    this.widest = Math.max(this.widest, this.#running)
  }

  #free(): void {
    this.#running--
    this.#waiting.shift()?.()
  }
}

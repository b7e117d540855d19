import type { TaskContainer } from '../../container/life/make-container.ts'
import { messageOf, TaskError } from '../../errors.ts'
import { formatSeconds } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import { removeContainer } from '../../ownership/remove.ts'
import { awaitReady } from '../../services/await-ready.ts'
import { endedError } from '../../services/failure.ts'
import type { RunningService } from '../../services/running-service.ts'
import { nullIfUnanswered } from '../../services/unanswered.ts'
import { watchHealth } from '../../services/watch-health.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { type Context, throwIfCancelled } from '../context/context.ts'
import { type Ground, type MadeService, makeService, ServiceState, serviceImage } from './make-service.ts'

/** The services of one try of a task (BES-1): they begin before it, and end with it. */
export class TaskServices {
  readonly #context: Context
  readonly #task: ContainerSpec
  readonly #states: readonly ServiceState[]
  /** Aborted when one of them ends, does not get ready, or stays unhealthy. */
  readonly #broken = new AbortController()
  /** Aborted when they are no longer needed. */
  readonly #over = new AbortController()
  #error: unknown = null
  #network: Ground['network'] | null = null
  #starting: Promise<unknown> = Promise.resolve()
  #removal: Promise<void> | null = null

  constructor(context: Context, task: ContainerSpec) {
    this.#context = context
    this.#task = task
    this.#states = Object.entries(task.services).map(([name, spec]) => new ServiceState(name, spec))
  }

  /** Aborted when the task cannot go on without one of them. */
  get broken(): AbortSignal {
    return this.#broken.signal
  }

  /**
   * Why that is so; null when it is not.
   * @throws what failed in us when it was no service
   */
  get failure(): TaskError | null {
    if (this.#error === null || this.#error instanceof TaskError) return this.#error
    throw this.#error
  }

  /** Starts all of them side by side. Whether they get ready, `ready` says. */
  begin(ground: Ground): void {
    const { scope } = this.#context
    this.#network = ground.network
    scope.own(this.remove)
    this.#starting = Promise.all(
      this.#states.map((state) =>
        scope.making(() => this.#start(state, ground)).catch((error: unknown) => this.#break(error)),
      ),
    )
  }

  /**
   * Waits until all of them are ready, and lets the task's container join what network it asks for besides.
   * @throws TaskError ACODE-CTN-014, and why an image or a container of theirs could not be had
   */
  async ready({ id }: TaskContainer): Promise<void> {
    const { docker, run } = this.#context
    await run.recorder.phase('services', async () => {
      const joined = (await this.#network)?.joined ?? null
      if (joined !== null) await docker.networks.connect(joined, id)
      await this.#starting
    })
    throwIfCancelled(this.#context)
    if (this.#error !== null) throw this.#error
  }

  /**
   * Removes all of them, once; every caller waits for the same removal.
   * @throws TaskError ACODE-CTN-002
   */
  readonly remove = (): Promise<void> => {
    this.#removal ??= this.#removeAll()
    return this.#removal
  }

  async #start(state: ServiceState, ground: Ground): Promise<void> {
    const { docker, run } = this.#context
    const stop = AbortSignal.any([this.#over.signal, this.#broken.signal, this.#context.signals.cancel])
    const { image, made } = await serviceImage(this.#context, this.#task, state, ground, stop)
    if (made !== null) run.recorder.learn({ made: [made] })
    state.hasImage(image)
    stop.throwIfAborted()
    const { running, sign } = await makeService(this.#context, state, image, ground)
    this.#learn()
    const ready = await awaitReady(docker, running, sign, stop, runner.info)
    running.becomeReady(ready)
    const seconds = (ready.at.getTime() - running.startedAt.getTime()) / 1000
    runner.info(`Service ${state.name} is ready by ${ready.by}, after ${formatSeconds(seconds)}`)
    this.#learn()
    this.#watch(running)
  }

  /** From now on the task relies on it. */
  #watch(service: RunningService): void {
    const { spec, image } = service.plan
    const ended = async () => {
      await service.ended
      if (this.#over.signal.aborted) return
      const end = await service.end().catch(nullIfUnanswered)
      // Of an engine that went away the task's own container says what became of it.
      if (end === null || end.cause === 'engine-gone') return
      this.#break(endedError(service.named(), end, 'run'))
    }
    const isUnwell = async () => {
      const error = await watchHealth(service, this.#over.signal)
      if (error !== null) this.#break(error)
    }
    const hasHealth = spec.health !== undefined || image.hasHealthCheck
    for (const watched of hasHealth ? [ended(), isUnwell()] : [ended()])
      watched.catch((error: unknown) => this.#break(error))
  }

  /** The first reason counts; what follows from it is none. */
  #break(error: unknown): void {
    if (this.#over.signal.aborted || this.#broken.signal.aborted) return
    this.#error = error
    this.#broken.abort()
  }

  #learn(): void {
    this.#context.run.recorder.learn({ services: this.#states.map(({ facts }) => facts) })
  }

  async #removeAll(): Promise<void> {
    this.#over.abort()
    await this.#starting
    const results = await Promise.allSettled(this.#states.map((state) => this.#removeOne(state)))
    this.#learn()
    const failed = results.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []))
    if (failed.length > 0) throw new TaskError('ACODE-CTN-002', failed.join('\n'))
  }

  async #removeOne({ made }: ServiceState): Promise<void> {
    if (made === null) return
    try {
      await made.running?.conclude()
    } finally {
      await this.#removeContainer(made)
    }
  }

  async #removeContainer({ id, name, running }: MadeService): Promise<void> {
    const { docker, run } = this.#context
    try {
      await removeContainer(docker, id, name)
      run.recorder.learn({ cleanup: { removed: [name] } })
    } finally {
      await running?.letGo()
    }
  }
}

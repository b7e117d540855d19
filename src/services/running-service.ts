import { setTimeout as sleep } from 'node:timers/promises'
import { type Cause, findCause } from '../container/life/memory-kill.ts'
import { isLost, regain } from '../container/life/regain.ts'
import type { ContainerState } from '../engine/container-answers.ts'
import type { Docker } from '../engine/docker.ts'
import { failureOf, isNotFound } from '../engine/errors.ts'
import type { Health } from '../engine/health.ts'
import { type CgroupReading, readCgroup } from '../host/cgroup.ts'
import type { ServiceRecord } from '../record/run-record.ts'
import type { ServicePlan } from './describe.ts'
import type { NamedService } from './failure.ts'
import type { ServiceLog } from './service-log.ts'
import { nullIfUnanswered } from './unanswered.ts'

/** What a service used is read as often, and once more before it is removed: the peak only grows. */
const METER_MS = 1_000

/** How a service ended by itself; `state` null: someone else removed it. */
interface ServiceEnd {
  readonly state: ContainerState | null
  readonly cause: Cause
}

/** What the record has of a service that was started. */
type ServiceFacts = Pick<
  ServiceRecord,
  | ('startedAt' | 'readyAt' | 'readyBy' | 'finishedAt')
  | ('exitCode' | 'oomKilled' | 'peakMemoryBytes' | 'health')
>

/** That a service is ready. */
export interface Readiness {
  readonly at: Date
  /** By what it showed that, in words. */
  readonly by: string
}

/** A service that was started, for as long as it is there. */
export class RunningService {
  readonly plan: ServicePlan
  readonly id: string
  readonly log: ServiceLog
  /** Resolves when it runs no longer, or the engine does not say any more. */
  readonly ended: Promise<void>
  readonly startedAt = new Date()
  readonly #docker: Docker
  #output: Promise<void>
  readonly #letGo: () => void
  readonly #meter: NodeJS.Timeout
  #usage: CgroupReading | null = null
  #health: Health | null = null
  #ready: Readiness | null = null
  #finishedAt: Date | null = null
  #isOver = false
  /** How it ended by itself; null when it did not. */
  #end: ServiceEnd | null = null

  /** @param output what it prints, attached before its start; `letGo` ends that and the wait for its end */
  constructor(
    docker: Docker,
    plan: ServicePlan,
    id: string,
    log: ServiceLog,
    output: { readonly followed: Promise<void>; readonly letGo: () => void; readonly signal: AbortSignal },
  ) {
    this.plan = plan
    this.id = id
    this.log = log
    this.#docker = docker
    this.#output = output.followed
    this.#letGo = output.letGo
    this.ended = this.#watch(output.signal)
    this.#meter = setInterval(() => this.#read(), METER_MS)
    this.#meter.unref()
  }

  /** True once it has ended by itself. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** From now on its task can rely on it. */
  becomeReady(ready: Readiness): void {
    this.#ready = ready
  }

  /** How it fares; null when it is gone. */
  state(): Promise<ContainerState | null> {
    return this.#docker.containers.find(this.id).then((found) => found?.state ?? null)
  }

  /** How it ended, once it has; all that it printed before is in its log then. */
  async end(): Promise<ServiceEnd> {
    await Promise.race([this.#output, sleep(OUTPUT_MS, undefined, { ref: false })])
    this.#end ??= await this.#findEnd()
    return this.#end
  }

  /** As messages name it. */
  named(): NamedService {
    const { name, spec, image } = this.plan
    return { name, spec, reference: image.reference, lastLines: this.log.lastLines(SHOWN_LINES) }
  }

  /** Looks for the last time, before it is removed. */
  async conclude(): Promise<void> {
    clearInterval(this.#meter)
    this.#read()
    const state = await this.state().catch(nullIfUnanswered)
    if (this.#isOver) this.#end ??= await this.#findEnd().catch(nullIfUnanswered)
    this.#health = (this.#isOver ? state?.health : state?.check?.status) ?? null
    this.#finishedAt = state?.finishedAt ?? new Date()
  }

  /** Ends what follows it, once it was removed. */
  async letGo(): Promise<void> {
    await Promise.race([this.#output, sleep(OUTPUT_MS, undefined, { ref: false })])
    this.#letGo()
    await this.#output
    await this.log.end()
  }

  /** What the record has of it. */
  get facts(): ServiceFacts {
    return {
      startedAt: this.startedAt.toISOString(),
      readyAt: this.#ready?.at.toISOString() ?? null,
      readyBy: this.#ready?.by ?? null,
      finishedAt: this.#finishedAt?.toISOString() ?? null,
      exitCode: this.#end?.state?.exitCode ?? null,
      oomKilled: this.#end?.cause === 'limit' || this.#end?.cause === 'machine',
      peakMemoryBytes: this.#usage?.peakMemoryBytes ?? null,
      health: this.#health,
    }
  }

  /** Waits for its end. An engine that went away is waited for, as the task's is, which says what became of it. */
  async #watch(signal: AbortSignal): Promise<void> {
    const bounds = { timeoutMs: Number.MAX_SAFE_INTEGER, signal, lasts: true }
    for (;;) {
      const failure = await failureOf(this.#docker.containers.waitForEnd(this.id, bounds))
      if (failure !== null && isLost(failure)) {
        const regained = await regain(this.#docker, this.id, signal)
        if (typeof regained === 'string') return regained === 'over' ? this.#over() : NEVER
        signal.addEventListener('abort', regained.end)
        this.#output = this.log.write(regained.output).catch(() => undefined)
      } else return failure === null || isNotFound(failure) ? this.#over() : NEVER
    }
  }

  #over(): void {
    this.#isOver = true
  }

  async #findEnd(): Promise<ServiceEnd> {
    const state = await this.state()
    if (state === null || state.startedAt === null) return { state, cause: null }
    const { exitCode, oomKilled, startedAt, finishedAt, health } = state
    const ended = { exitCode, oomKilled, startedAt, finishedAt: finishedAt ?? new Date(), health }
    return { state, cause: await findCause(this.#docker, this.id, ended, this.#usage) }
  }

  #read(): void {
    this.#usage = readCgroup(this.id) ?? this.#usage
  }
}

/** The engine says nothing of it any more. */
const NEVER = new Promise<void>(() => undefined)

/** How much of its log a message shows. */
const SHOWN_LINES = 10
/** The output of a container that is gone ends within this, or is given up. */
const OUTPUT_MS = 1_000

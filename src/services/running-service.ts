import { setTimeout as sleep } from 'node:timers/promises'
import { BOUNDS } from '../engine/call.ts'
import type { ContainerState } from '../engine/containers.ts'
import type { Docker } from '../engine/docker.ts'
import { EngineError, isNotFound } from '../engine/errors.ts'
import { type CgroupUsage, readCgroup } from '../host/cgroup.ts'
import type { ServiceRecord } from '../record/run-record.ts'
import type { ServicePlan } from './describe.ts'
import type { Named } from './failure.ts'
import type { ServiceLog } from './service-log.ts'

/** What a service used is read as often, and once more before it is removed: the peak only grows. */
const METER_MS = 1_000

/** What the record has of a service that was started. */
export type ServiceFacts = Pick<
  ServiceRecord,
  | ('startedAt' | 'readyAt' | 'readyBy' | 'finishedAt')
  | ('exitCode' | 'oomKilled' | 'peakMemoryBytes' | 'health')
>

/** A service that was started, for as long as it is there. */
export class RunningService {
  readonly plan: ServicePlan
  readonly id: string
  readonly log: ServiceLog
  /** Resolves when it runs no longer, or the engine does not say any more. */
  readonly ended: Promise<void>
  readonly startedAt = new Date()
  readyAt: Date | null = null
  readyBy: string | null = null
  readonly #docker: Docker
  readonly #output: Promise<void>
  readonly #letGo: () => void
  readonly #meter: NodeJS.Timeout
  #usage: CgroupUsage | null = null
  #health: string | null = null
  #finishedAt: Date | null = null
  #isOver = false
  /** How it ended by itself; null where it did not. */
  #end: ContainerState | null = null

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
    this.#meter = setInterval(() => void this.#read(), METER_MS)
    this.#meter.unref()
  }

  /** True once it has ended by itself. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** How it fares; null where it is gone. */
  state(): Promise<ContainerState | null> {
    return this.#docker.containers.find(this.id).then((found) => found?.state ?? null)
  }

  /** How it ended, and all that it printed before; null where somebody else removed it. */
  async end(): Promise<ContainerState | null> {
    await Promise.race([this.#output, sleep(OUTPUT_MS)])
    this.#end ??= await this.state()
    return this.#end
  }

  /** As messages name it. */
  named(): Named {
    const { name, spec, image } = this.plan
    return { name, spec, reference: image.reference, lastLines: this.log.lastLines(SHOWN_LINES) }
  }

  /** Looks for the last time, before it is removed. */
  async conclude(): Promise<void> {
    clearInterval(this.#meter)
    await this.#read()
    const state = await this.state().catch(() => null)
    this.#health = state?.health ?? null
    if (this.#isOver) this.#end ??= state
    else this.#health = state?.check?.status ?? null
    this.#finishedAt = this.#end?.finishedAt ?? new Date()
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
      readyAt: this.readyAt?.toISOString() ?? null,
      readyBy: this.readyBy,
      finishedAt: this.#finishedAt?.toISOString() ?? null,
      exitCode: this.#end?.exitCode ?? null,
      oomKilled: this.#end?.oomKilled ?? false,
      peakMemoryBytes: this.#usage?.peakMemoryBytes ?? null,
      health: this.#health,
    }
  }

  /** An engine that went away says nothing of the service: the task hears of it by itself. */
  async #watch(signal: AbortSignal): Promise<void> {
    const bounds = { timeoutMs: Number.MAX_SAFE_INTEGER, signal, lasts: true }
    try {
      await this.#docker.containers.waitForEnd(this.id, bounds)
      this.#isOver = true
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      if (isNotFound(error)) this.#isOver = true
      else await new Promise(() => undefined)
    }
  }

  async #read(): Promise<void> {
    this.#usage = (await readCgroup(this.id)) ?? this.#usage
  }
}

/** How much of its log a message shows. */
const SHOWN_LINES = 10
/** The output of a container that is gone ends within this, or is given up. */
const OUTPUT_MS = Math.min(1_000, BOUNDS.query)

import type { Readable } from 'node:stream'
import { z } from 'zod'
import {
  type Container,
  containerAnswer,
  containerListSchema,
  type ListedContainer,
} from './container-answers.ts'
import type { ContainerDescription } from './container-description.ts'
import { type ContainerUsage, containerUsage } from './container-usage.ts'
import { EngineError, isNotFound } from './errors.ts'
import { type LabelFilter, labelFilter } from './labels.ts'
import { bytesOf, textOf } from './transport/answer.ts'
import { BOUNDS, type Bounds } from './transport/call.ts'
import { FrameError, Frames } from './transport/frames.ts'
import type { EngineHttp } from './transport/http.ts'

/** Which containers to list. */
export interface ContainerFilter {
  readonly label?: LabelFilter
  /** Full ids. */
  readonly ids?: readonly string[]
}

/** Containers. All of them are known by name or id. */
export class Containers {
  readonly #http: EngineHttp
  readonly #notRemoved = new Set<string>()

  constructor(http: EngineHttp) {
    this.#http = http
  }

  /** All containers of a filter, whether they run or not. */
  list({ label, ids }: ContainerFilter): Promise<ListedContainer[]> {
    const filters = { ...labelFilter(label), ...(ids === undefined ? {} : { id: ids }) }
    const query = { all: true, filters }
    return this.#http.json(
      ['container', 'list'],
      { method: 'GET', path: '/containers/json', query },
      containerListSchema,
    )
  }

  /** @throws EngineError, `not-found` when there is none */
  get(container: string): Promise<Container> {
    const request = { method: 'GET', path: pathOf(container, 'json') } as const
    return this.#http.json(['container', 'inspect', container], request, containerAnswer)
  }

  /** A container, or null when there is none. */
  async find(container: string): Promise<Container | null> {
    try {
      return await this.get(container)
    } catch (error) {
      if (isNotFound(error)) return null
      throw error
    }
  }

  /** The bytes that a container has written to its own file system; null when the engine does not say soon. */
  async writtenBytes(container: string): Promise<number | null> {
    const request = { method: 'GET', path: pathOf(container, 'json'), query: { size: true } } as const
    const words = ['container', 'size', container]
    try {
      return await this.#http.json(words, request, sizeSchema, { timeoutMs: SIZE_MS })
    } catch (error) {
      if (error instanceof EngineError) return null
      throw error
    }
  }

  /** What a running container has used so far; null when the engine does not say. */
  usage(container: string, signal: AbortSignal): Promise<ContainerUsage | null> {
    return containerUsage(this.#http, container, signal)
  }

  /**
   * Creates a container, and gives its id.
   * @throws EngineError, `conflict` when its name is taken
   */
  create(name: string, description: ContainerDescription, platform?: string): Promise<string> {
    const request = {
      method: 'POST',
      path: '/containers/create',
      query: { name, platform },
      json: description,
    } as const
    return this.#http.json(['container', 'create', name], request, createdSchema, {})
  }

  /**
   * What the engine reports of a container's end, from its start until a moment after its end: `oom`, a process of it was
   * killed for memory; `kill`, the engine was asked to end it, or did so when it stopped itself.
   * @throws EngineError
   */
  eventsOfEnd(container: string, { startedAt, finishedAt }: Lived): Promise<ReadonlySet<'oom' | 'kill'>> {
    const filters = { type: ['container'], container: [container], event: ['oom', 'kill'] }
    const [since, until] = [startedAt.getTime() / 1000, finishedAt.getTime() / 1000 + AFTER_END_SECONDS]
    const query = { since: since.toFixed(3), until: until.toFixed(3), filters }
    const words = ['events', container]
    const request = { method: 'GET', path: '/events', query } as const
    const bounds = { timeoutMs: EVENTS_MS }
    return this.#http.read(words, request, bounds, async (response) => {
      const lines = (await textOf(response, LONGEST_EVENTS, 'events')).split('\n')
      const events = lines.filter((line) => line !== '').map((line) => eventSchema.parse(JSON.parse(line)))
      return new Set(events)
    })
  }

  /** Starts a created container; the answer comes when its process runs. */
  start(container: string, bounds?: Bounds): Promise<void> {
    const request = { method: 'POST', path: pathOf(container, 'start') } as const
    return this.#http.done(['container', 'start', container], request, bounds)
  }

  /**
   * Attaches to what a container prints, which is both of its streams in the engine's order, at the pace of the
   * reader. Before it is started, nothing is lost.
   * @throws EngineError
   */
  async attach(container: string, signal: AbortSignal): Promise<AttachedOutput> {
    const query = { stream: true, stdout: true, stderr: true }
    const request = { method: 'POST', path: pathOf(container, 'attach'), query } as const
    const words = ['container', 'attach', container]
    const { connection, head } = await this.#http.upgrade(words, request, { signal })
    return { output: outputOf(connection, head), end: () => connection.destroy() }
  }

  /**
   * Resolves when a container that was started runs no longer; at once where it has ended, or is gone.
   * @throws EngineError
   */
  async waitForEnd(container: string, bounds: Bounds): Promise<void> {
    const query = { condition: 'not-running' }
    const request = { method: 'POST', path: pathOf(container, 'wait'), query } as const
    const words = ['container', 'wait', container]
    try {
      const answer = await this.#http.json(words, request, z.unknown(), bounds)
      // An engine that is about to stop may end its answer without a word.
      if (answer === null)
        throw new EngineError('unreachable', 'container wait', 'container wait was cut off by the engine')
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  /** Sends SIGTERM, and SIGKILL after the grace. */
  stop(container: string, graceSeconds: number, signal: AbortSignal): Promise<void> {
    const request = { method: 'POST', path: pathOf(container, 'stop'), query: { t: graceSeconds } } as const
    const bounds = { timeoutMs: BOUNDS.query, graceMs: graceSeconds * 1000, signal }
    return this.#http.done(['container', 'stop', '--time', String(graceSeconds), container], request, bounds)
  }

  /** Sends SIGKILL. */
  kill(container: string): Promise<void> {
    const request = { method: 'POST', path: pathOf(container, 'kill') } as const
    return this.#http.done(['container', 'kill', container], request, { timeoutMs: BOUNDS.query })
  }

  /**
   * Removes a container with its anonymous volumes, running or not.
   * @returns false when there is none
   * @throws EngineError, `conflict` when another process is removing it
   */
  async remove(container: string): Promise<boolean> {
    const query = { force: true, v: true }
    const request = { method: 'DELETE', path: pathOf(container), query } as const
    try {
      await this.#http.done(['container', 'remove', container], request)
      this.#notRemoved.delete(container)
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      this.#notRemoved.add(container)
      throw error
    }
  }

  /** False when a container is left whose removal did not succeed. */
  get areRemoved(): boolean {
    return this.#notRemoved.size === 0
  }
}

/** When a container ran. */
export interface Lived {
  readonly startedAt: Date
  readonly finishedAt: Date
}

const eventSchema = z.object({ Action: z.enum(['oom', 'kill']) }).transform(({ Action }) => Action)

/** An engine may report it after the end, and on a busy machine a while after. */
const AFTER_END_SECONDS = 2
const EVENTS_MS = 5_000
const LONGEST_EVENTS = 1024 * 1024

/** What a container prints, as it prints it. */
export interface AttachedOutput {
  /** Ends when the container's output does, or the connection. */
  readonly output: AsyncIterable<Buffer>
  /** Ends it before. */
  end(): void
}

/** Whether the container ended or the connection was lost, the engine says when it is asked. */
async function* outputOf(connection: Readable, head: Buffer): AsyncGenerator<Buffer> {
  const frames = new Frames()
  if (head.length > 0) yield frames.payload(head)
  try {
    for await (const chunk of bytesOf(connection)) yield frames.payload(chunk)
  } catch (error) {
    if (error instanceof FrameError) throw error
  }
}

const pathOf = (container: string, what?: string): string =>
  `/containers/${encodeURIComponent(container)}${what === undefined ? '' : `/${what}`}`

const createdSchema = z.object({ Id: z.string() }).transform(({ Id }) => Id)

/** An engine counts every file for it. */
const SIZE_MS = 5_000

const sizeSchema = z
  .object({ SizeRw: z.number().nullish() })
  .transform(({ SizeRw }): number | null => SizeRw ?? null)

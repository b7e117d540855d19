import type { Readable } from 'node:stream'
import { z } from 'zod'
import { textOf } from './answer.ts'
import { BOUNDS, type Bounds } from './call.ts'
import { type ContainerUsage, containerUsage } from './container-usage.ts'
import { EngineError, isNotFound } from './errors.ts'
import { FrameError, Frames } from './frames.ts'
import { healthSchema, healthWhileRunning } from './health.ts'
import type { EngineHttp } from './http.ts'
import { type Labels, labelFilter, labelsSchema, secondsOf } from './labels.ts'

/** A container as the engine lists it. */
export interface ListedContainer {
  readonly id: string
  readonly name: string
  readonly imageId: string
  readonly labels: Labels
  /** `created`, `running`, `exited` … */
  readonly state: string
  /** Epoch seconds. */
  readonly created: number
}

/** Something that a container has mounted. */
export interface ContainerMount {
  readonly type: string
  readonly source: string
  readonly target: string
}

/** A container as the engine knows it. */
export interface Container {
  readonly id: string
  readonly name: string
  readonly imageId: string
  readonly labels: Labels
  readonly mounts: readonly ContainerMount[]
  /** The upper folder of its root, where that is an overlay. */
  readonly upperFolder: string | null
  /** Epoch seconds, with fractions; null where the engine does not say. */
  readonly created: number | null
  readonly state: ContainerState
}

/** How a container fares. */
export interface ContainerState {
  /** `created`, `running`, `exited`, `removing`, `dead` … */
  readonly status: string
  readonly exitCode: number
  readonly oomKilled: boolean
  /** Why the engine could not start it; empty where it could. */
  readonly error: string
  /** Null where it never ran. */
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  /** As it was while the container ran; null where it has no health check, or the engine no longer knows. */
  readonly health: string | null
  /** Its first process, on the engine's machine; null where it does not run. */
  readonly pid: number | null
  /** What the engine says of its health now, and what the last check printed; null where it has no health check. */
  readonly check: { readonly status: string; readonly output: string } | null
}

/** Which containers to list. */
export interface ContainerFilter {
  /** `KEY=VALUE`. */
  readonly label?: string
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
      listSchema,
    )
  }

  /** @throws EngineError, `not-found` where there is none */
  get(container: string): Promise<Container> {
    const request = { method: 'GET', path: pathOf(container, 'json') } as const
    return this.#http.json(['container', 'inspect', container], request, containerSchema)
  }

  /** A container, or null where there is none. */
  async find(container: string): Promise<Container | null> {
    try {
      return await this.get(container)
    } catch (error) {
      if (isNotFound(error)) return null
      throw error
    }
  }

  /** The bytes that a container has written to its own file system; null where the engine does not say soon. */
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

  /** What a running container has used so far; null where the engine does not say. */
  usage(container: string, signal: AbortSignal): Promise<ContainerUsage | null> {
    return containerUsage(this.#http, container, signal)
  }

  /**
   * Creates a container by the engine's own description of one, and gives its id.
   * @throws EngineError, `conflict` where its name is taken
   */
  create(name: string, description: object, platform?: string): Promise<string> {
    const request = {
      method: 'POST',
      path: '/containers/create',
      query: { name, platform },
      json: description,
    } as const
    return this.#http.json(['container', 'create', name], request, createdSchema, {})
  }

  /**
   * What the engine tells of a container's end, from its start until a moment after its end: `oom`, a process of it was
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
   * Attaches to what a container prints, which is both of its streams in the engine's order, at the pace of whoever
   * reads. Before it is started, nothing is lost.
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
   * @returns false where there is none
   * @throws EngineError, `conflict` where somebody else is removing it
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

  /** False where a container is left whose removal did not succeed. */
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

/** An engine may hear of it after the end. */
const AFTER_END_SECONDS = 0.5
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
    for await (const chunk of connection as AsyncIterable<Buffer>) yield frames.payload(chunk)
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

const withoutSlash = (name: string): string => name.replace(/^\//, '')

const listSchema = z.array(
  z
    .object({
      Id: z.string(),
      Names: z.array(z.string()).nullish(),
      ImageID: z.string(),
      Labels: labelsSchema,
      State: z.string(),
      Created: z.number(),
    })
    .transform(
      ({ Id, Names, ImageID, Labels, State, Created }): ListedContainer => ({
        ...{ id: Id, name: withoutSlash(Names?.[0] ?? ''), imageId: ImageID },
        ...{ labels: Labels, state: State, created: Created },
      }),
    ),
)

const stateSchema = z
  .object({
    Status: z.string(),
    ExitCode: z.number(),
    OOMKilled: z.boolean().default(false),
    Error: z.string().default(''),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: healthSchema.nullish(),
    Pid: z.number().default(0),
  })
  .transform(({ Status, ExitCode, OOMKilled, Error: error, StartedAt, FinishedAt, Health, Pid }) => ({
    ...{ status: Status, exitCode: ExitCode, oomKilled: OOMKilled, error: error.trim() },
    pid: Pid > 0 ? Pid : null,
    ...{ startedAt: dateOf(StartedAt), finishedAt: dateOf(FinishedAt), checks: Health },
  }))

/** The engine has a time long before any for what never was. */
function dateOf(text: string): Date | null {
  const seconds = secondsOf(text)
  return seconds === null || seconds <= 0 ? null : new Date(text)
}

const stateOf = ({ checks, ...state }: z.output<typeof stateSchema>, retries?: number): ContainerState => ({
  ...state,
  health: checks ? healthWhileRunning(checks, retries) : null,
  check: checks ? { status: checks.Status, output: checks.Log?.at(-1)?.Output.trim() ?? '' } : null,
})

const containerSchema = z
  .object({
    Id: z.string(),
    Name: z.string(),
    Image: z.string(),
    Config: z.object({
      Labels: labelsSchema,
      Healthcheck: z.object({ Retries: z.number().optional() }).nullish(),
    }),
    State: stateSchema,
    Mounts: z
      .array(
        z
          .object({
            Type: z.string().default('bind'),
            Source: z.string().default(''),
            Destination: z.string(),
          })
          .transform(({ Type, Source, Destination }): ContainerMount => {
            return { type: Type, source: Source, target: Destination }
          }),
      )
      .nullish(),
    Created: z.string().default(''),
    GraphDriver: z.object({ Data: z.object({ UpperDir: z.string().optional() }).nullish() }).nullish(),
  })
  .transform(
    ({ Id, Name, Image, Config, State, Mounts, GraphDriver, Created }): Container => ({
      ...{ id: Id, name: withoutSlash(Name), imageId: Image, labels: Config.Labels },
      ...{ mounts: Mounts ?? [], upperFolder: GraphDriver?.Data?.UpperDir ?? null },
      created: secondsOf(Created),
      state: stateOf(State, Config.Healthcheck?.Retries),
    }),
  )

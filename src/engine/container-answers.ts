import { z } from 'zod'
import { type Health, healthSchema, healthWhileRunning } from './health.ts'
import { epochSeconds, type Labels, labelsSchema } from './labels.ts'

const STATUSES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const

/** What a container does, in the engine's words. */
export type ContainerStatus = (typeof STATUSES)[number]

/** True of one whose process may be there, or comes back by itself. */
export const isLive = (status: ContainerStatus): boolean =>
  status === 'running' || status === 'paused' || status === 'restarting'

/** True of one whose process is not there any more. */
export const hasEnded = (status: ContainerStatus): boolean => status === 'exited' || isGoing(status)

/** True of one that is being removed, or whose removal did not succeed. */
export const isGoing = (status: ContainerStatus): boolean => status === 'removing' || status === 'dead'

/** A container as the engine lists it. */
export interface ListedContainer {
  readonly id: string
  readonly name: string
  readonly imageId: string
  readonly labels: Labels
  readonly state: ContainerStatus
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
  /** Epoch seconds, with fractions; null when the engine does not say. */
  readonly created: number | null
  readonly state: ContainerState
}

/** How a container fares. */
export interface ContainerState {
  readonly status: ContainerStatus
  readonly exitCode: number
  readonly oomKilled: boolean
  /** Why the engine could not start it; empty when it could. */
  readonly error: string
  /** Null when it never ran. */
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  /** As it was while the container ran; null when it has no health check, or the engine no longer knows. */
  readonly health: Health | null
  /** Its first process, on the engine's machine; null when it does not run. */
  readonly pid: number | null
  /** What the engine says of its health now, and what the last check printed; null when it has no health check. */
  readonly check: { readonly status: Health | null; readonly output: string } | null
}

const withoutSlash = (name: string): string => name.replace(/^\//, '')

/**
 * A list has no more of a container than a word. Podman's is `stopped` for what it calls `exited` elsewhere. One that is
 * not known is of a container that may live: nothing of it is removed.
 */
const listedStatusSchema = z
  .union([z.enum(STATUSES), z.literal('stopped').transform(() => 'exited' as const)])
  .catch('running')

/** A list of containers. */
export const containerListSchema = z.array(
  z
    .object({
      Id: z.string(),
      Names: z.array(z.string()).nullish(),
      ImageID: z.string(),
      Labels: labelsSchema,
      State: listedStatusSchema,
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
    Status: z.enum(STATUSES).nullable().catch(null),
    ExitCode: z.number(),
    OOMKilled: z.boolean().default(false),
    Error: z.string().default(''),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: healthSchema.nullish(),
    Pid: z.number().default(0),
  })
  .transform(({ Status, ExitCode, OOMKilled, Error: error, StartedAt, FinishedAt, Health, Pid }) => ({
    status: Status ?? statusBy(Pid, StartedAt),
    ...{ exitCode: ExitCode, oomKilled: OOMKilled, error: error.trim() },
    pid: Pid > 0 ? Pid : null,
    ...{ startedAt: dateOf(StartedAt), finishedAt: dateOf(FinishedAt), checks: Health },
  }))

/** What a container does whose engine has a word for it that is not known: whether it has a process, and had one. */
function statusBy(pid: number, startedAt: string): ContainerStatus {
  if (pid > 0) return 'running'
  return dateOf(startedAt) === null ? 'created' : 'exited'
}

/** The engine has a time long before any for what never was. */
function dateOf(text: string): Date | null {
  const seconds = epochSeconds(text)
  return seconds === null || seconds <= 0 ? null : new Date(text)
}

const stateOf = ({ checks, ...state }: z.output<typeof stateSchema>, retries?: number): ContainerState => ({
  ...state,
  health: checks ? healthWhileRunning(checks, retries) : null,
  check: checks ? { status: checks.Status, output: checks.Log?.at(-1)?.Output.trim() ?? '' } : null,
})

/** One container. */
export const containerAnswer = z
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
      created: epochSeconds(Created),
      state: stateOf(State, Config.Healthcheck?.Retries),
    }),
  )

import { z } from 'zod'
import { epochSeconds, type Labels, labelsSchema } from './labels.ts'

/** An image as the engine knows it. */
export interface EngineImage {
  /** `sha256:…`: names the content also where no registry gave it a digest. */
  readonly id: string
  /** `REPOSITORY@sha256:…`, one for each repository that it is in. */
  readonly digests: readonly string[]
  readonly os: string
  readonly architecture: string
  readonly bytes: number
  readonly labels: Labels
  /** `USER` of the image; empty: root. */
  readonly user: string
  /** `ENTRYPOINT` of the image; empty: none. */
  readonly entrypoint: readonly string[]
  /** `CMD` of the image; empty: none. */
  readonly command: readonly string[]
  /** Variables that it sets, `NAME=VALUE`. */
  readonly env: readonly string[]
  readonly layers: number
  /** When one of its names was last given to it, in epoch seconds; null when the engine does not say. */
  readonly namedAt: number | null
  /** Null when it has none. */
  readonly healthcheck: Healthcheck | null
  /** TCP ports that it says it listens on (`EXPOSE`). */
  readonly ports: readonly number[]
}

/** The health check of an image. */
export interface Healthcheck {
  /** How long failures do not count after its start. */
  readonly startPeriodSeconds: number
}

/** An image as the engine lists it. */
export interface ListedImage {
  readonly id: string
  /** `REPOSITORY:TAG`; none of an image that has no name. */
  readonly names: readonly string[]
  readonly labels: Labels
  /** Epoch seconds. */
  readonly created: number
  readonly bytes: number
}

const configSchema = z.object({
  User: z.string().nullish(),
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  Labels: labelsSchema,
  Healthcheck: z.object({ Test: z.array(z.string()).nullish(), StartPeriod: z.number().nullish() }).nullish(),
  ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
})

/** The steps of an image. */
export const historySchema = z
  .array(z.object({ CreatedBy: z.string().default('') }))
  .transform((steps) => steps.map(({ CreatedBy }) => CreatedBy))

/** `NONE` switches off what the image before had. The engine counts nanoseconds. */
function healthcheckOf(check: z.output<typeof configSchema>['Healthcheck']): Healthcheck | null {
  const [kind] = check?.Test ?? []
  if (kind === undefined || kind === 'NONE') return null
  return { startPeriodSeconds: (check?.StartPeriod ?? 0) / 1e9 }
}

/** `5432/tcp`, or `5432`, which is TCP too. */
const tcpPort = (text: string): number[] => {
  const [, port] = /^(\d+)(?:\/tcp)?$/.exec(text) ?? []
  return port === undefined ? [] : [Number(port)]
}

/** One image. */
export const imageSchema = z
  .object({
    Id: z.string(),
    RepoDigests: z.array(z.string()).nullish(),
    Architecture: z.string(),
    Os: z.string(),
    Size: z.number(),
    Config: configSchema.nullish(),
    RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
    Metadata: z.object({ LastTagTime: z.string().nullish() }).nullish(),
  })
  .transform(
    ({ Id, RepoDigests, Architecture, Os, Size, Config, RootFS, Metadata }): EngineImage => ({
      layers: RootFS?.Layers?.length ?? 0,
      namedAt: takenAt(Metadata?.LastTagTime ?? ''),
      ...{ id: Id, digests: RepoDigests ?? [], os: Os, architecture: Architecture, bytes: Size },
      ...{ labels: Config?.Labels ?? {}, user: Config?.User ?? '' },
      ...{ entrypoint: Config?.Entrypoint ?? [], command: Config?.Cmd ?? [], env: Config?.Env ?? [] },
      healthcheck: healthcheckOf(Config?.Healthcheck),
      ports: Object.keys(Config?.ExposedPorts ?? {}).flatMap(tcpPort),
    }),
  )

/** The engine has a time long before any for what never was. */
function takenAt(text: string): number | null {
  const seconds = epochSeconds(text)
  return seconds !== null && seconds > 0 ? seconds : null
}

/** A list of images. */
export const imageListSchema = z.array(
  z
    .object({
      Id: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Labels: labelsSchema,
      Created: z.number(),
      Size: z.number(),
    })
    .transform(({ Id, RepoTags, Labels, Created, Size }): ListedImage => {
      const names = (RepoTags ?? []).filter((name) => !name.startsWith('<none>'))
      return { id: Id, names, labels: Labels, created: Created, bytes: Size }
    }),
)

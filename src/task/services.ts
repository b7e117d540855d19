import { z } from 'zod'
import {
  absolute,
  buildStage,
  bytes,
  cpuCount,
  entrypoint,
  envName,
  envValue,
  image,
  memorySize,
  numeric,
  profile,
  relativePath,
  resources,
  runTime,
  seconds,
  text,
  user,
  VARIABLE_NAME,
  wholeNumber,
} from './field-kinds.ts'

/** A name that a resolver finds: what the service is called on the task's network. */
const hostName = z
  .string()
  .regex(
    /^(?!localhost$)[a-z0-9]([a-z0-9_-]{0,40}[a-z0-9])?$/,
    'is no name of a host: lower case letters, digits, - and _, 42 at most, such as db',
  )

/** Options of a file system in memory that concern the container alone. */
const TMPFS = /^\/[^:,]+(:(size=\d+[kmg]?|mode=[0-7]{3,4}|uid=\d+|gid=\d+|(no)?exec)(,(?!$)|$))*$/
const tmpfs = text
  .regex(TMPFS, 'is no absolute path, with or without options such as :size=256m,mode=1777,exec')
  .refine(
    (value) => !TMPFS.test(value) || absolute.safeParse(value.replace(/:.*$/s, '')).success,
    'would hide a folder of the action',
  )

const health = z.strictObject({
  cmd: z.union([text, z.array(z.string()).min(1, 'is empty')]),
  interval: seconds.pipe(z.number().min(0.1, 'has to be 0.1 seconds or more')).default(2),
  timeout: runTime.default(10),
  retries: wholeNumber.default(5),
  startPeriod: seconds.pipe(z.number().min(0, 'is negative')).default(0),
})

/** How long a service has to get ready, counted from its start. */
const READY_SECONDS = 60

const port = numeric.pipe(
  z.number('has to be a port').int('has to be a whole number').min(1, 'is no port').max(65535, 'is no port'),
)
const ready = z.strictObject({
  port: port.optional(),
  log: text.optional(),
  health: z
    .boolean()
    .refine((value) => value, 'has to be true, or left out')
    .optional(),
  timeout: runTime.default(READY_SECONDS),
})

/** A file or folder of the runner. What a service writes is the container's own, and goes with it. */
const mount = z.strictObject({
  source: text,
  target: absolute,
  readOnly: z
    .boolean()
    .refine((value) => value, 'has to be true: a service writes to its own container, or to tmpfs')
    .default(true),
})

/** One service of a task (BES-1). Unknown keys are errors. Field by field: docs/services.md. */
export const serviceSchema = z.strictObject({
  image: image.optional(),
  toolchain: text.optional(),
  build: relativePath.optional(),
  dockerfile: relativePath.optional(),
  buildTarget: buildStage.optional(),
  buildArgs: z.record(envName, envValue).default({}),
  env: z
    .record(z.string().regex(VARIABLE_NAME, 'is no name of a variable (letters, digits, _)'), envValue)
    .default({}),
  secrets: z.array(z.string().regex(/^\w[\w.-]*$/, 'is no name of a secret')).default([]),
  command: z.array(z.string()).min(1, 'is empty').optional(),
  entrypoint: entrypoint.optional(),
  user: user.default('image'),
  memory: memorySize.optional(),
  cpus: cpuCount.optional(),
  resources: resources.prefault({}),
  shmSize: bytes.pipe(z.number('has to be a size such as 64m or 1g').min(1)).optional(),
  tmpfs: z.array(tmpfs).default([]),
  mounts: z.array(mount).default([]),
  health: health.optional(),
  ready: ready.prefault({}),
  profile: profile.default('standard'),
})

/** All services of a task by the names under which it reaches them. */
export const servicesSchema = z.record(hostName, serviceSchema)

/** A service as it is to be made. */
export type ServiceSpec = z.output<typeof serviceSchema>
/** A service as a user writes it. */
export type ServiceInput = z.input<typeof serviceSchema>

/** The keys of a service and of its parts, for "did you mean". */
export const SERVICE_KEYS: readonly string[] = Object.keys(serviceSchema.shape)
/** The keys of each part of a service that is a map, or a list of maps. */
export const SERVICE_PARTS: Readonly<Record<string, readonly string[]>> = {
  resources: Object.keys(resources.shape),
  health: Object.keys(health.shape),
  ready: Object.keys(ready.shape),
  mounts: Object.keys(mount.shape),
}

/** The limits of a service, wherever they are written. */
export const limitsOf = ({ memory, cpus, resources }: ServiceSpec): ServiceSpec['resources'] => ({
  ...resources,
  ...(memory !== undefined && { memory }),
  ...(cpus !== undefined && { cpus }),
})

import { z } from 'zod'
import { artifactsSubdir } from './artifacts-subdir.ts'
import { CACHE_MAX, cache, cacheKey, cacheMax } from './cache-fields.ts'
import {
  absolute,
  buildStage,
  bytes,
  egress,
  entrypoint,
  env,
  envName,
  envValue,
  glob,
  graceTime,
  image,
  PULL,
  profile,
  pullPolicy,
  relativePath,
  resources,
  runTime,
  text,
  user,
  volumeName,
  wholeNumber,
} from './field-kinds.ts'
import { DIGEST } from './locked.ts'
import { retrySchema } from './retry.ts'
import { servicesSchema } from './services.ts'

/** Where the layers of a build may be kept for the next one. */
const BUILD_CACHE = /^(local|none|gha|registry=[a-zA-Z0-9][a-zA-Z0-9._:/-]*)$/

/**
 * The container object of a task payload (RUN-1), and what the action's inputs are turned into: the one
 * contract for both. Unknown keys are errors. Field by field: docs/inputs.md.
 */
export const containerSchema = z.strictObject({
  enabled: z.boolean().default(true),
  image: image.optional(),
  digests: z.record(text, z.string().regex(DIGEST, 'is no digest such as sha256:…')).default({}),
  toolchain: text.optional(),
  build: relativePath.optional(),
  dockerfile: relativePath.optional(),
  buildTarget: buildStage.optional(),
  buildArgs: z.record(envName, envValue).default({}),
  buildCache: text
    .regex(
      BUILD_CACHE,
      'has to be one of local, none, gha, or registry=IMAGE such as registry=ghcr.io/acme/unit:cache',
    )
    .optional(),
  check: z.boolean().optional(),
  setup: text.optional(),
  setupFiles: z.array(glob).default([]),
  command: z.array(z.string()).min(1, 'is empty').optional(),
  run: text.optional(),
  shell: text.default('sh'),
  entrypoint: entrypoint.optional(),
  workdir: text.optional(),
  env: env.default({}),
  artifactsSubdir: artifactsSubdir.default('container'),
  timeout: runTime.optional(),
  timeoutSeconds: runTime.default(3600),
  stopGrace: graceTime.optional(),
  stopGraceSeconds: graceTime.default(5),
  resources: resources.prefault({}),
  pull: z
    .union([pullPolicy.transform((policy) => [policy]), z.array(pullPolicy).min(1, PULL)], PULL)
    .default(['if-missing']),
  cacheVolumes: z.array(z.strictObject({ name: volumeName, target: absolute })).default([]),
  cache: cache.optional(),
  cacheKey: cacheKey.default([]),
  cacheMax: cacheMax.default(CACHE_MAX),
  engineVolumes: z
    .array(z.strictObject({ name: volumeName, target: absolute, readOnly: z.boolean().default(false) }))
    .default([]),
  mounts: z
    .array(z.strictObject({ source: text, target: absolute, readOnly: z.boolean().default(false) }))
    .default([]),
  labels: z
    .record(
      text.refine(
        (key) => !key.startsWith('acode.'),
        'is one of our own labels (acode.…): choose another name',
      ),
      z.union([z.string(), z.number(), z.boolean()]).transform(String),
    )
    .default({}),
  platform: text.regex(/^[\w/.]+$/, 'is no platform such as linux/arm64').optional(),
  gpus: text.optional(),
  runtime: text.optional(),
  shmSize: bytes.pipe(z.number('has to be a size such as 64m or 1g').min(1)).optional(),
  network: text
    .regex(/^[A-Za-z0-9][\w.-]*$/, 'has to be the name of a network, and none of another container')
    .default('task'),
  egress: egress.default('open'),
  user: user.default('runner'),
  init: z.boolean().default(true),
  proxy: z.enum(['config', 'runner', 'none']).optional(),
  exportEnv: z.boolean().default(false),
  profile: profile.default('strict'),
  readOnly: z.boolean().default(false),
  options: z.string().default(''),
  workspace: z.enum(['auto', 'overlay', 'clone', 'copy', 'bind', 'none']).default('auto'),
  workspacePath: absolute.optional(),
  workspaceUncommitted: z.boolean().default(true),
  changes: z.enum(['patch', 'apply', 'discard']).default('patch'),
  includeIgnored: z.array(glob).default([]),
  repositoryPath: relativePath.optional(),
  artifacts: z.array(glob).default([]),
  reports: z.array(glob).default([]),
  collectTimeout: runTime.optional(),
  collectTimeoutSeconds: runTime.default(300),
  collectMaxBytes: bytes
    .pipe(z.number('has to be a size such as 512m or 10g').min(0, 'is negative'))
    .default(10 * 1024 ** 3),
  collectMaxFiles: wholeNumber.default(500_000),
  collectMaxDepth: wholeNumber.default(100),
  workflowCommands: z.enum(['deny', 'annotations', 'allow']).default('deny'),
  allowFailure: z.boolean().default(false),
  retry: retrySchema.optional(),
  /** Whether a small process ends the task where main died and nothing else does. */
  guard: z.boolean().default(true),
  maxContainers: wholeNumber.optional(),
  services: servicesSchema.default({}),
  onCancel: z.enum(['cancelled', 'succeeded']).default('cancelled'),
})

type Parsed = z.output<typeof containerSchema>

/** Durations under the names of the inputs, and the older names that they stand for. */
export const DURATION_NAMES = [
  ['timeout', 'timeoutSeconds'],
  ['stopGrace', 'stopGraceSeconds'],
  ['collectTimeout', 'collectTimeoutSeconds'],
] as const satisfies readonly (readonly [keyof Parsed, keyof Parsed])[]

/** A task's container as it will be made: validated, with every default in place and each duration in seconds. */
export type ContainerSpec = Omit<Parsed, (typeof DURATION_NAMES)[number][0]>

/** The spec of a container object that was found valid. */
export function specOf({ timeout, stopGrace, collectTimeout, ...fields }: Parsed): ContainerSpec {
  return {
    ...fields,
    timeoutSeconds: timeout ?? fields.timeoutSeconds,
    stopGraceSeconds: stopGrace ?? fields.stopGraceSeconds,
    collectTimeoutSeconds: collectTimeout ?? fields.collectTimeoutSeconds,
  }
}

/** A container object as a user writes it. */
export type ContainerInput = z.input<typeof containerSchema>

/** The keys that a container object may have, for "did you mean". */
export const CONTAINER_KEYS = Object.keys(containerSchema.shape)

/**
 * A task payload in its canonical form. Keys outside of the container object are other tools' business and
 * are ignored (docs/inputs.md).
 */
export const payloadSchema = z.looseObject({
  requiredCapabilities: z.array(text).default([]),
  task: z.looseObject({
    id: z.union([text, z.number().transform(String)]).optional(),
    container: containerSchema.optional(),
  }),
})

/** What runs, and whether anything does (RUN-12). */
export interface Task {
  /** The payload's own id, where it has one. */
  readonly id: string | undefined
  readonly requiredCapabilities: readonly string[]
  /** Null: the payload asks for no container, or has it switched off. Then nothing is started. */
  readonly container: ContainerSpec | null
}

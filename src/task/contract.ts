import { normalize } from 'node:path/posix'
import { z } from 'zod'
import { globProblem } from '../formats/name-glob.ts'
import { parseDuration, parseMemory } from '../formats/units.ts'
import { retrySchema } from './retry.ts'

/** The smallest memory limit that engines accept, in bytes. */
const LEAST_MEMORY = 6 * 1024 * 1024
/** A month: nothing that runs longer is a task, and timers count no further. */
const LONGEST_TIMEOUT = 24 * 24 * 3600
/** What one environment value may hold: Linux takes no longer argument or variable (MAX_ARG_STRLEN). */
const LONGEST_VALUE = 128 * 1024 - 1

/** What the name of a variable may be. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

/** Variables on which the action's promises rest: it sets them itself, for every task. */
export const OWN_VARIABLES: ReadonlySet<string> = new Set([
  'ACODE_SESSION',
  'ACODE_TASK',
  'ARTIFACT_DIR',
  'GITHUB_ACTIONS',
  'GITHUB_ENV',
  'GITHUB_EVENT_PATH',
  'GITHUB_OUTPUT',
  'GITHUB_PATH',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_WORKSPACE',
])

const envName = z
  .string()
  .regex(VARIABLE_NAME, 'is no name of a variable (letters, digits, _)')
  .refine(
    (name) => !OWN_VARIABLES.has(name),
    'is the action’s own, which sets it for every task: leave it out',
  )
const envValue = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? '' : String(value)))
  .refine((value) => !value.includes('\0'), 'holds a NUL byte, which no environment can')
  .refine((value) => Buffer.byteLength(value) < LONGEST_VALUE, 'is longer than 128 KiB: pass it as a file')
const env = z.record(envName, envValue).superRefine((variables, context) => {
  for (const [name, value] of Object.entries(variables))
    if (Buffer.byteLength(value) < LONGEST_VALUE && Buffer.byteLength(`${name}=${value}`) >= LONGEST_VALUE)
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is longer than 128 KiB with its name: pass it as a file',
      })
})

const text = z.string().min(1, 'is empty')
const glob = text.refine((pattern) => pattern.split('/').every((part) => globProblem(part) === null), {
  error: ({ input }) => {
    const problems = String(input).split('/').map(globProblem)
    return problems.find((problem) => problem !== null) ?? 'is no glob'
  },
})
/** A place in the container that is the user's to fill: the control folder is ours, but for what is below its `home`. */
const absolute = z
  .string()
  .regex(/^\//, 'has to be an absolute path in the container')
  .refine(
    (path) => !/^\/(run(\/acode(\/(?!home\/.).*)?)?)?\/*$/.test(normalize(path)),
    'would hide the control folder /run/acode',
  )
/** A folder of the workspace. */
const relativePath = text.refine(
  (path) => !path.startsWith('/') && !normalize(path).startsWith('..') && !path.includes('\0'),
  'has to be a relative path in the workspace',
)
const seconds = z
  .union([z.number(), z.string().transform((value) => parseDuration(value) ?? Number.NaN)])
  .pipe(
    z
      .number('has to be seconds, or a duration such as 90s, 30m or 2h')
      .max(LONGEST_TIMEOUT, 'is over 24 days'),
  )
const volumeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]+$/, 'is no volume name (letters, digits, _ . -; not a path)')
  .max(200, 'is longer than 200 characters')

/** Bytes, or the text of a size. */
const bytes = z
  .union([z.number(), z.string()])
  .transform((value) => (typeof value === 'number' ? value : (parseMemory(value) ?? Number.NaN)))

/** A number, or the text of one: inputs are text. Nothing else is taken for a number (`true` is not 1). */
const numeric = z.union([z.number(), z.string().transform((value) => Number(value.trim() || Number.NaN))])

const wholeNumber = numeric.pipe(
  z.number('has to be a number').int('has to be a whole number').min(1, 'has to be 1 or more'),
)

const runTime = seconds.pipe(z.number().min(1, 'has to be 1 second or more'))
const graceTime = seconds.pipe(z.number().min(0, 'is negative'))

/** Where an image comes from. */
const PULL = 'has to be one of if-missing, always, never, or a list of them in order'
const pullPolicy = z.enum(['if-missing', 'always', 'never'])

/** Resource limits (CTN-14). `memory` takes `512m`, `4g` or bytes; it is a hard limit, swap included. */
const resources = z.strictObject({
  cpus: numeric
    .pipe(z.number('has to be a number of CPUs, such as 2 or 0.5').min(0.01, 'has to be 0.01 or more'))
    .optional(),
  memory: bytes
    .pipe(z.number('has to be a size such as 512m or 4g').min(LEAST_MEMORY, 'has to be 6m or more'))
    .optional(),
  pids: wholeNumber.default(4096),
})

/**
 * The container object of a task payload (RUN-1), and what the action's inputs are turned into: the one
 * contract for both. Unknown keys are errors. Field by field: docs/inputs.md.
 */
export const containerSchema = z.strictObject({
  enabled: z.boolean().default(true),
  image: text
    .refine(
      (image) => !image.startsWith('docker://'),
      'begins with docker://, which only uses: takes; write the reference alone, such as node:22',
    )
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/, 'is no image reference, such as node:22 or ghcr.io/acme/unit:3')
    .optional(),
  toolchain: text.optional(),
  build: relativePath.optional(),
  dockerfile: relativePath.optional(),
  buildTarget: text.regex(/^\w[\w.-]*$/, 'is no name of a stage').optional(),
  buildArgs: z.record(envName, envValue).default({}),
  setup: text.optional(),
  setupFiles: z.array(glob).default([]),
  command: z.array(z.string()).min(1, 'is empty').optional(),
  run: text.optional(),
  shell: text.default('sh'),
  entrypoint: z
    .union([text.transform((value) => [value]), z.array(z.string())])
    .refine(([program]) => program !== '', 'begins with an empty text; write [] to switch the image’s off')
    .optional(),
  workdir: text.optional(),
  env: env.default({}),
  artifactsSubdir: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'has to be a relative path of letters, digits, _ . -')
    .refine((value) => !value.split('/').some((part) => /^\.+$/.test(part)), 'leads out of the record')
    .default('container'),
  timeout: runTime.optional(),
  timeoutSeconds: runTime.default(3600),
  stopGrace: graceTime.optional(),
  stopGraceSeconds: graceTime.default(5),
  resources: resources.prefault({}),
  pull: z
    .union([pullPolicy.transform((policy) => [policy]), z.array(pullPolicy).min(1, PULL)], PULL)
    .default(['if-missing']),
  cacheVolumes: z.array(z.strictObject({ name: volumeName, target: absolute })).default([]),
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
  user: text
    .regex(
      /^[A-Za-z0-9_.][\w.-]*(:[A-Za-z0-9_.][\w.-]*)?$/,
      'has to be runner, image, uid[:gid], or a name of the image with or without :group',
    )
    .default('runner'),
  init: z.boolean().default(true),
  proxy: z.enum(['config', 'runner', 'none']).optional(),
  exportEnv: z.boolean().default(false),
  profile: z.enum(['strict', 'standard', 'privileged']).default('strict'),
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
  maxContainers: wholeNumber.optional(),
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

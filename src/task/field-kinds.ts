import { normalize } from 'node:path/posix'
import { z } from 'zod'
import { readEgress } from '../egress/policy.ts'
import { globProblem } from '../formats/name-glob.ts'
import { parseDuration, parseMemory } from '../formats/units.ts'

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

/** A name of a variable of a task. */
export const envName = z
  .string()
  .regex(VARIABLE_NAME, 'is no name of a variable (letters, digits, _)')
  .refine(
    (name) => !OWN_VARIABLES.has(name),
    'is the action’s own, which sets it for every task: leave it out',
  )
/** A value of a variable. */
export const envValue = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? '' : String(value)))
  .refine((value) => !value.includes('\0'), 'holds a NUL byte, which no environment can')
  .refine((value) => Buffer.byteLength(value) < LONGEST_VALUE, 'is longer than 128 KiB: pass it as a file')
/** Variables of a task. */
export const env = z.record(envName, envValue).superRefine((variables, context) => {
  for (const [name, value] of Object.entries(variables))
    if (Buffer.byteLength(value) < LONGEST_VALUE && Buffer.byteLength(`${name}=${value}`) >= LONGEST_VALUE)
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is longer than 128 KiB with its name: pass it as a file',
      })
})

/** A text with something in it. */
export const text = z.string().min(1, 'is empty')
/** A pattern of paths. */
export const glob = text.refine((pattern) => pattern.split('/').every((part) => globProblem(part) === null), {
  error: ({ input }) => {
    const problems = String(input).split('/').map(globProblem)
    return problems.find((problem) => problem !== null) ?? 'is no glob'
  },
})
/** A place in the container that is the user's to fill: the control folder is ours, but for what is below its `home`. */
export const absolute = z
  .string()
  .regex(/^\//, 'has to be an absolute path in the container')
  .refine(
    (path) => !/^\/(run(\/acode(\/(?!home\/.).*)?)?)?\/*$/.test(normalize(path)),
    'would hide the control folder /run/acode',
  )
/** A folder of the workspace. */
export const relativePath = text.refine(
  (path) => !path.startsWith('/') && !normalize(path).startsWith('..') && !path.includes('\0'),
  'has to be a relative path in the workspace',
)
/** Seconds, or the text of a duration. */
export const seconds = z
  .union([z.number(), z.string().transform((value) => parseDuration(value) ?? Number.NaN)])
  .pipe(
    z
      .number('has to be seconds, or a duration such as 90s, 30m or 2h')
      .max(LONGEST_TIMEOUT, 'is over 24 days'),
  )
/** A name of a volume. */
export const volumeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]+$/, 'is no volume name (letters, digits, _ . -; not a path)')
  .max(200, 'is longer than 200 characters')

/** Bytes, or the text of a size. */
export const bytes = z
  .union([z.number(), z.string()])
  .transform((value) => (typeof value === 'number' ? value : (parseMemory(value) ?? Number.NaN)))

/** A number, or the text of one: inputs are text. Nothing else is taken for a number (`true` is not 1). */
export const numeric = z.union([
  z.number(),
  z.string().transform((value) => Number(value.trim() || Number.NaN)),
])

/** A whole number, 1 or more. */
export const wholeNumber = numeric.pipe(
  z.number('has to be a number').int('has to be a whole number').min(1, 'has to be 1 or more'),
)

/** How long something may run. */
export const runTime = seconds.pipe(z.number().min(1, 'has to be 1 second or more'))
/** How long something is let end by itself. */
export const graceTime = seconds.pipe(z.number().min(0, 'is negative'))

/** What is said of a pull policy that is none. */
export const PULL = 'has to be one of if-missing, always, never, or a list of them in order'
/** Where an image comes from. */
export const pullPolicy = z.enum(['if-missing', 'always', 'never'])

/** A number of CPUs. */
export const cpuCount = numeric.pipe(
  z.number('has to be a number of CPUs, such as 2 or 0.5').min(0.01, 'has to be 0.01 or more'),
)
/** A limit of memory in bytes. */
export const memorySize = bytes.pipe(
  z.number('has to be a size such as 512m or 4g').min(LEAST_MEMORY, 'has to be 6m or more'),
)

/** What a task reaches: a word, or lines, with a separate problem for each that is wrong. */
export const egress = z
  .union([z.string(), z.array(z.string())], 'has to be open, none, audit, or a list of hosts and presets')
  .transform((given, context) => {
    const { value, faults } = readEgress(given)
    for (const { index, message } of faults) {
      const line = typeof value === 'string' ? value : (value[index] ?? '')
      context.addIssue({
        code: 'custom',
        message: line === '' ? message : `${JSON.stringify(line)} ${message}`,
      })
    }
    return value
  })

/** Resource limits (CTN-14). `memory` takes `512m`, `4g` or bytes; it is a hard limit, swap included. */
export const resources = z.strictObject({
  cpus: cpuCount.optional(),
  memory: memorySize.optional(),
  pids: wholeNumber.default(4096),
})
/** A reference of an image. */
export const image = text
  .refine(
    (reference) => !reference.startsWith('docker://'),
    'begins with docker://, which only uses: takes; write the reference alone, such as node:22',
  )
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/, 'is no image reference, such as node:22 or ghcr.io/acme/unit:3')
  .refine(
    (reference) => !reference.split('/').some((part) => /^\.{0,2}([:@]|$)/.test(part)),
    'is no image reference: a part of its path is empty, . or ..',
  )
/** One program, or a list; an empty list switches the image’s off. */
export const entrypoint = z
  .union([text.transform((value) => [value]), z.array(z.string())])
  .refine(([program]) => program !== '', 'begins with an empty text; write [] to switch the image’s off')
/** A user by numbers or names. */
export const user = text.regex(
  /^[A-Za-z0-9_.][\w.-]*(:[A-Za-z0-9_.][\w.-]*)?$/,
  'has to be runner, image, uid[:gid], or a name of the image with or without :group',
)
/** How far a container is walled off. */
export const profile = z.enum(['strict', 'standard', 'privileged'])
/** A stage of a Dockerfile. */
export const buildStage = text.regex(/^\w[\w.-]*$/, 'is no name of a stage')

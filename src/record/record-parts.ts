import { z } from 'zod'
import { MOST_STEPS } from '../container/life/usage-series.ts'
import { ERROR_CODES, type ErrorCode, STATUSES } from '../errors.ts'
import { TEST_FORMATS } from '../results/formats.ts'

const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text)
/** One of the codes of errors. */
export const errorCode = z.enum(Object.keys(ERROR_CODES).filter(isErrorCode) as [ErrorCode, ...ErrorCode[]])
/** A text. */
export const text = z.string()
/** How many. */
export const count = z.int().min(0)

/** A cache of the machine; those of other repositories have no name. */
const cacheVolume = z.object({ name: text, bytes: count })

/** What a task used over time: at most so many steps. */
export const samplesSchema = z.object({
  stepSeconds: z.int().min(1),
  memoryBytes: z.array(count.nullable()).max(MOST_STEPS).readonly(),
  cpuSeconds: z.array(z.number().min(0).nullable()).max(MOST_STEPS).readonly(),
})

/** Where a task went, and where it was kept from, in a bounded number of rows. */
export const egressSchema = z.object({
  mode: z.enum(['none', 'audit', 'list']),
  allowed: z
    .array(z.object({ host: text, port: count, count, sentBytes: count, receivedBytes: count }))
    .readonly(),
  denied: z
    .array(z.object({ host: text, port: count, count, reason: text, line: text.nullable() }))
    .readonly(),
  furtherAllowed: count,
  furtherDenied: count,
})

/** A test as people are shown it; `file` is relative to the workspace, and null when it is not known to be there. */
const test = { name: text, suite: text.nullable() }

/** What the files that the input `reports` names say. */
export const testsSchema = z.object({
  total: count,
  passed: count,
  failed: count,
  skipped: count,
  seconds: z.number().min(0).nullable(),
  failures: z.array(
    z.object({ ...test, message: text.nullable(), file: text.nullable(), line: z.int().min(1).nullable() }),
  ),
  slowest: z.array(z.object({ ...test, seconds: z.number().min(0) })),
  files: z.array(z.object({ name: text, format: z.enum(TEST_FORMATS).nullable(), fault: text.nullable() })),
})

/** One try of a task that may be tried again. */
export const trySchema = z.object({
  status: z.enum(STATUSES),
  exitCode: z.int().nullable(),
  errorCode: errorCode.nullable(),
  startedAt: z.iso.datetime(),
  durationSeconds: z.number().min(0),
})

/** How one try ended. */
export type Try = z.output<typeof trySchema>

/** An image that was made for a task. */
export const madeSchema = z.object({
  kind: z.enum(['composed', 'built', 'features', 'setup']),
  image: text,
  isBuilt: z.boolean(),
  bytes: count,
  layers: count,
  seconds: z.number().min(0).optional(),
  from: z.array(z.object({ image: text, digest: text, toolchain: text.optional() })),
  tools: z.record(text, text).optional(),
  dockerfile: text,
})

/** An image that was made for a task, as the record has it. */
export type Made = z.output<typeof madeSchema>

/** The container of a task. */
export const containerPart = z.object({
  name: text,
  id: text.nullable(),
  image: text.nullable(),
  digest: text.nullable(),
  platform: text.nullable(),
  user: text.nullable(),
  profile: text.nullable(),
  network: text.nullable(),
  limits: z
    .object({ cpus: z.number().nullable(), memoryBytes: count.nullable(), pids: count.nullable() })
    .nullable(),
  health: text.nullable(),
})

/** The caches of a task, as they were found and kept. */
export const cachePart = z.object({
  saves: z.boolean(),
  whyNot: text.nullable(),
  entries: z.array(
    z.object({
      name: text,
      target: text,
      key: text,
      result: z.enum(['hit', 'partial', 'miss']),
      source: z.enum(['machine', 'service']).nullable(),
      foundKey: text.nullable(),
      bytes: count.nullable(),
      seconds: z.number().min(0),
      saved: z.object({ bytes: count, seconds: z.number().min(0) }).nullable(),
    }),
  ),
})

/** All caches of the machine, where they are more than they may be. */
export const cacheVolumesPart = z.object({
  bytes: count,
  maxBytes: count,
  largest: z.array(cacheVolume),
  removed: z.array(cacheVolume),
})

/** The services of a task. */
export const servicesPart = z.array(
  z.object({
    name: text,
    container: text.nullable(),
    image: text.nullable(),
    digest: text.nullable(),
    profile: text,
    user: text.nullable(),
    startedAt: z.iso.datetime().nullable(),
    readyAt: z.iso.datetime().nullable(),
    readyBy: text.nullable(),
    finishedAt: z.iso.datetime().nullable(),
    exitCode: z.int().nullable(),
    oomKilled: z.boolean(),
    peakMemoryBytes: count.nullable(),
    health: text.nullable(),
    log: text.nullable(),
  }),
)

/** What the check of an image found. */
export const checkPart = z.object({
  startSeconds: z.number().min(0).nullable(),
  exitCode: z.int().nullable(),
  health: z.enum(['healthy', 'unhealthy', 'starting']).nullable(),
  stopSeconds: z.number().min(0).nullable(),
  findings: z.array(text),
})

/** Where the task worked, and what it changed. */
export const workspacePart = z.object({
  method: text,
  reason: text,
  path: text,
  changedFiles: count.nullable(),
  deletedFiles: count.nullable(),
  addedLines: count.optional(),
  removedLines: count.optional(),
  ignoredFiles: count.optional(),
  commits: count.optional(),
  warnings: z.array(text).optional(),
  kept: text.nullable().optional(),
  repositories: z
    .array(
      z.object({
        path: text,
        patch: text.nullable(),
        bundle: text.nullable(),
        lfsFiles: count,
      }),
    )
    .optional(),
})

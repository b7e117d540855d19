import { z } from 'zod'
import { MOST_STEPS } from '../container/life/usage-series.ts'
import { ERROR_CODES, type ErrorCode, STATUSES } from '../errors.ts'
import { TEST_FORMATS } from '../results/formats.ts'

const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text)
/** One of the codes of errors. */
export const errorCode = z.enum(Object.keys(ERROR_CODES).filter(isErrorCode) as [ErrorCode, ...ErrorCode[]])
/** A text. */
export const anyText = z.string()
/** How many. */
export const count = z.int().min(0)

/** A cache of the machine; those of other repositories have no name. */
const cacheVolume = z.object({ name: anyText, bytes: count })

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
    .array(z.object({ host: anyText, port: count, count, sentBytes: count, receivedBytes: count }))
    .readonly(),
  denied: z
    .array(z.object({ host: anyText, port: count, count, reason: anyText, line: anyText.nullable() }))
    .readonly(),
  furtherAllowed: count,
  furtherDenied: count,
})

/** A test as people are shown it; `file` is relative to the workspace, and null when it is not known to be there. */
const test = { name: anyText, suite: anyText.nullable() }

/** What the files that the input `reports` names say. */
export const testsSchema = z.object({
  total: count,
  passed: count,
  failed: count,
  skipped: count,
  seconds: z.number().min(0).nullable(),
  failures: z.array(
    z.object({
      ...test,
      message: anyText.nullable(),
      file: anyText.nullable(),
      line: z.int().min(1).nullable(),
    }),
  ),
  slowest: z.array(z.object({ ...test, seconds: z.number().min(0) })),
  files: z.array(
    z.object({ name: anyText, format: z.enum(TEST_FORMATS).nullable(), fault: anyText.nullable() }),
  ),
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
  image: anyText,
  isBuilt: z.boolean(),
  bytes: count,
  layers: count,
  seconds: z.number().min(0).optional(),
  from: z.array(z.object({ image: anyText, digest: anyText, toolchain: anyText.optional() })),
  tools: z.record(anyText, anyText).optional(),
  dockerfile: anyText,
})

/** An image that was made for a task, as the record has it. */
export type Made = z.output<typeof madeSchema>

/** The container of a task. */
export const containerPart = z.object({
  name: anyText,
  id: anyText.nullable(),
  image: anyText.nullable(),
  digest: anyText.nullable(),
  platform: anyText.nullable(),
  user: anyText.nullable(),
  profile: anyText.nullable(),
  network: anyText.nullable(),
  limits: z
    .object({ cpus: z.number().nullable(), memoryBytes: count.nullable(), pids: count.nullable() })
    .nullable(),
  health: anyText.nullable(),
})

/** The caches of a task, as they were found and kept. */
export const cachePart = z.object({
  saves: z.boolean(),
  whyNot: anyText.nullable(),
  entries: z.array(
    z.object({
      name: anyText,
      target: anyText,
      key: anyText,
      result: z.enum(['hit', 'partial', 'miss']),
      source: z.enum(['machine', 'service']).nullable(),
      foundKey: anyText.nullable(),
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
    name: anyText,
    container: anyText.nullable(),
    image: anyText.nullable(),
    digest: anyText.nullable(),
    profile: anyText,
    user: anyText.nullable(),
    startedAt: z.iso.datetime().nullable(),
    readyAt: z.iso.datetime().nullable(),
    readyBy: anyText.nullable(),
    finishedAt: z.iso.datetime().nullable(),
    exitCode: z.int().nullable(),
    oomKilled: z.boolean(),
    peakMemoryBytes: count.nullable(),
    health: anyText.nullable(),
    log: anyText.nullable(),
  }),
)

/** What the check of an image found. */
export const checkPart = z.object({
  startSeconds: z.number().min(0).nullable(),
  exitCode: z.int().nullable(),
  health: z.enum(['healthy', 'unhealthy', 'starting']).nullable(),
  stopSeconds: z.number().min(0).nullable(),
  findings: z.array(anyText),
})

/** Where the task worked, and what it changed. */
export const workspacePart = z.object({
  method: anyText,
  reason: anyText,
  path: anyText,
  changedFiles: count.nullable(),
  deletedFiles: count.nullable(),
  addedLines: count.optional(),
  removedLines: count.optional(),
  ignoredFiles: count.optional(),
  commits: count.optional(),
  warnings: z.array(anyText).optional(),
  kept: anyText.nullable().optional(),
  repositories: z
    .array(
      z.object({
        path: anyText,
        patch: anyText.nullable(),
        bundle: anyText.nullable(),
        lfsFiles: count,
      }),
    )
    .optional(),
})

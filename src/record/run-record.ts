import { z } from 'zod'
import { STATUSES } from '../errors.ts'
import { LIMITS } from '../host/budget.ts'
import { PHASES } from './phases.ts'
import {
  cachePart,
  cacheVolumesPart,
  checkPart,
  containerPart,
  count,
  egressSchema,
  errorCode,
  madeSchema,
  samplesSchema,
  servicesPart,
  testsSchema,
  text,
  trySchema,
  workspacePart,
} from './record-parts.ts'

/** The record of one run, `metadata/run.json` (docs/record.md). No secret values, ever. */
export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  session: text,
  task: text,
  taskId: text.nullable().optional(),
  label: text.optional(),
  status: z.enum(STATUSES),
  exitCode: z.int().nullable(),
  signal: text.nullable(),
  error: z.object({ code: errorCode, message: text }).nullable(),
  timedOut: z.boolean(),
  oomKilled: z.boolean(),
  allowFailure: z.boolean().optional(),
  tries: z.array(trySchema).optional(),
  flaky: z.boolean().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  durationSeconds: z.number().min(0).nullable(),
  phases: z.partialRecord(z.enum(PHASES), z.number().min(0)),
  container: containerPart,
  caches: z.array(z.object({ name: text, volume: text, target: text })).optional(),
  cache: cachePart.optional(),
  cacheVolumes: cacheVolumesPart.optional(),
  services: servicesPart.optional(),
  commandSummary: text.nullable(),
  check: checkPart.optional(),
  toolchain: z.object({ requested: text, resolved: text, image: text, source: text }).nullable(),
  made: z.array(madeSchema).optional(),
  usage: z.object({
    peakMemoryBytes: count.nullable(),
    cpuSeconds: z.number().min(0).nullable(),
    samples: samplesSchema.optional(),
  }),
  egress: egressSchema.optional(),
  workspace: workspacePart.nullable(),
  cleanup: z.object({
    removed: z.array(text),
    orphans: z.array(text),
    kept: z.array(z.object({ name: text, reason: text })),
    failed: z.array(text),
    freedBytes: count.optional(),
  }),
  budgets: z.object({ startupSeconds: z.number().min(0).nullable(), imageBytes: count.nullable() }),
  runner: z.object({ name: text, os: text, arch: text, version: text }),
  git: z.object({ repository: text, sha: text, ref: text, head: text.nullable().optional() }),
  job: z
    .object({
      id: text,
      url: text.nullable(),
      workflowRef: text.nullable().optional(),
      workflowSha: text.nullable().optional(),
    })
    .optional(),
  outputs: z.record(text, text).optional(),
  outputsLeftOut: count.optional(),
  artifacts: z.array(text),
  collection: z
    .object({
      files: count,
      bytes: count,
      exceeded: z.array(z.enum(LIMITS)),
      leftOut: z.object({ count, names: z.array(text) }),
      artifacts: count,
      renamed: z.array(z.object({ name: text, file: text })),
      digests: z.array(z.object({ name: text, sha256: text })).optional(),
    })
    .nullable()
    .optional(),
  tests: testsSchema.nullable().optional(),
})

/** Where a task went. */
export type RecordedEgress = z.output<typeof egressSchema>
/** A service of a run's task. */
export type ServiceRecord = NonNullable<z.output<typeof runRecordSchema>['services']>[number]
/** The test results of a run. */
export type Tests = z.output<typeof testsSchema>
/** A run's record. */
export type RunRecord = z.output<typeof runRecordSchema>

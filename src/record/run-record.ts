import { z } from 'zod'
import { STATUSES } from '../errors.ts'
import { LIMITS } from '../host/budget.ts'
import { PHASES } from './phases.ts'
import {
  anyText,
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
  trySchema,
  workspacePart,
} from './record-parts.ts'

/** The record of one run, `metadata/run.json` (docs/record.md). No secret values, ever. */
export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  session: anyText,
  task: anyText,
  taskId: anyText.nullable().optional(),
  label: anyText.optional(),
  status: z.enum(STATUSES),
  exitCode: z.int().nullable(),
  signal: anyText.nullable(),
  error: z.object({ code: errorCode, message: anyText }).nullable(),
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
  caches: z.array(z.object({ name: anyText, volume: anyText, target: anyText })).optional(),
  cache: cachePart.optional(),
  cacheVolumes: cacheVolumesPart.optional(),
  services: servicesPart.optional(),
  commandSummary: anyText.nullable(),
  check: checkPart.optional(),
  toolchain: z.object({ requested: anyText, resolved: anyText, image: anyText, source: anyText }).nullable(),
  made: z.array(madeSchema).optional(),
  usage: z.object({
    peakMemoryBytes: count.nullable(),
    cpuSeconds: z.number().min(0).nullable(),
    samples: samplesSchema.optional(),
  }),
  egress: egressSchema.optional(),
  workspace: workspacePart.nullable(),
  cleanup: z.object({
    removed: z.array(anyText),
    orphans: z.array(anyText),
    kept: z.array(z.object({ name: anyText, reason: anyText })),
    failed: z.array(anyText),
    freedBytes: count.optional(),
  }),
  budgets: z.object({ startupSeconds: z.number().min(0).nullable(), imageBytes: count.nullable() }),
  runner: z.object({ name: anyText, os: anyText, arch: anyText, version: anyText }),
  git: z.object({ repository: anyText, sha: anyText, ref: anyText, head: anyText.nullable().optional() }),
  job: z
    .object({
      id: anyText,
      url: anyText.nullable(),
      workflowRef: anyText.nullable().optional(),
      workflowSha: anyText.nullable().optional(),
    })
    .optional(),
  outputs: z.record(anyText, anyText).optional(),
  outputsLeftOut: count.optional(),
  artifacts: z.array(anyText),
  collection: z
    .object({
      files: count,
      bytes: count,
      exceeded: z.array(z.enum(LIMITS)),
      leftOut: z.object({ count, names: z.array(anyText) }),
      artifacts: count,
      renamed: z.array(z.object({ name: anyText, file: anyText })),
      digests: z.array(z.object({ name: anyText, sha256: anyText })).optional(),
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

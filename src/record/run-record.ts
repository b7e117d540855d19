import { z } from 'zod'
import { MOST_STEPS } from '../container/usage-series.ts'
import { ERROR_CODES, type ErrorCode, STATUSES } from '../errors.ts'
import { LIMITS } from '../host/budget.ts'
import { TEST_FORMATS } from '../results/formats.ts'

/** The phases of a run, in their order, whose milliseconds the record has. */
export const PHASES = [
  'prepare',
  'pull',
  'workspace',
  'create',
  'services',
  'run',
  'collect',
  'remove',
] as const
/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number]

const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text)
const errorCode = z.enum(Object.keys(ERROR_CODES).filter(isErrorCode) as [ErrorCode, ...ErrorCode[]])
const text = z.string()
const count = z.int().min(0)

/** A cache of the machine; those of other repositories have no name. */
const cacheVolume = z.object({ name: text, bytes: count })

/** What a task used over time: at most so many steps. */
const samplesSchema = z.object({
  stepSeconds: z.int().min(1),
  memoryBytes: z.array(count.nullable()).max(MOST_STEPS).readonly(),
  cpuSeconds: z.array(z.number().min(0).nullable()).max(MOST_STEPS).readonly(),
})

/** Where a task went, and where it was kept from, in a bounded number of rows. */
const egressSchema = z.object({
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

/** A test as people are shown it; `file` is relative to the workspace, and null where it is not known to be there. */
const test = { name: text, suite: text.nullable() }

/** What the files that the input `reports` names say. */
const testsSchema = z.object({
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
const trySchema = z.object({
  status: z.enum(STATUSES),
  exitCode: z.int().nullable(),
  errorCode: errorCode.nullable(),
  startedAt: z.iso.datetime(),
  durationSeconds: z.number().min(0),
})

/** How one try ended. */
export type Try = z.output<typeof trySchema>

/** An image that was made for a task, of others. */
const madeSchema = z.object({
  kind: z.enum(['composed', 'setup']),
  image: text,
  isBuilt: z.boolean(),
  bytes: count,
  layers: count,
  from: z.array(z.object({ image: text, digest: text, toolchain: text.optional() })),
  tools: z.record(text, text).optional(),
  dockerfile: text,
})

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
  container: z.object({
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
  }),
  caches: z.array(z.object({ name: text, volume: text, target: text })).optional(),
  cache: z
    .object({
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
    .optional(),
  cacheVolumes: z
    .object({ bytes: count, maxBytes: count, largest: z.array(cacheVolume), removed: z.array(cacheVolume) })
    .optional(),
  services: z
    .array(
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
    .optional(),
  commandSummary: text.nullable(),
  check: z
    .object({
      startSeconds: z.number().min(0).nullable(),
      exitCode: z.int().nullable(),
      health: z.enum(['healthy', 'unhealthy', 'starting']).nullable(),
      stopSeconds: z.number().min(0).nullable(),
      findings: z.array(text),
    })
    .optional(),
  toolchain: z.object({ requested: text, resolved: text, image: text, source: text }).nullable(),
  made: z.array(madeSchema).optional(),
  usage: z.object({
    peakMemoryBytes: count.nullable(),
    cpuSeconds: z.number().min(0).nullable(),
    samples: samplesSchema.optional(),
  }),
  egress: egressSchema.optional(),
  workspace: z
    .object({
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
    .nullable(),
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

/** What people call the task of a record; those of earlier versions have no name for them. */
export const labelIn = ({ label, task }: RunRecord): string => label ?? task

/** Who a record is of. */
export interface RecordIdentity {
  readonly session: string
  readonly task: string
  readonly container: string
  readonly label?: string
  /** The task's id as the user wrote it; null where it has none. */
  readonly taskId?: string | null
}

/** What only the runner's expressions say of a job; empty text: not known. */
export interface JobFacts {
  readonly checkRunId?: string | undefined
  /** The workflow file that the job is written in, which may be a called one: `owner/name/path@ref`. */
  readonly workflowRef?: string | undefined
  readonly workflowSha?: string | undefined
}

/** A record at its start: until its run is finished it says that it was not. */
export function newRecord(
  identity: RecordIdentity,
  env: NodeJS.ProcessEnv,
  version: string,
  startedAt: Date,
  job: JobFacts = {},
): RunRecord {
  return {
    schemaVersion: 1,
    session: identity.session,
    task: identity.task,
    taskId: identity.taskId ?? null,
    ...(identity.label !== undefined && { label: identity.label }),
    status: 'cancelled',
    exitCode: null,
    signal: null,
    error: {
      code: 'ACODE-CTN-009',
      message: 'Main was ended before its task was started.',
    },
    timedOut: false,
    oomKilled: false,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    durationSeconds: null,
    phases: {},
    container: {
      name: identity.container,
      id: null,
      image: null,
      digest: null,
      platform: null,
      user: null,
      profile: null,
      network: null,
      limits: null,
      health: null,
    },
    commandSummary: null,
    toolchain: null,
    usage: { peakMemoryBytes: null, cpuSeconds: null },
    workspace: null,
    cleanup: { removed: [], orphans: [], kept: [], failed: [] },
    budgets: { startupSeconds: null, imageBytes: null },
    runner: {
      name: env.RUNNER_NAME ?? '',
      os: env.RUNNER_OS ?? process.platform,
      arch: env.RUNNER_ARCH ?? process.arch,
      version,
    },
    git: {
      repository: env.GITHUB_REPOSITORY ?? '',
      sha: env.GITHUB_SHA ?? '',
      ref: env.GITHUB_REF ?? '',
      head: null,
    },
    job: {
      id: env.GITHUB_JOB ?? '',
      url: jobUrl(env, job.checkRunId ?? ''),
      workflowRef: job.workflowRef || null,
      workflowSha: job.workflowSha || null,
    },
    artifacts: [],
    collection: null,
  }
}

/** Where people read the job's log: GitHub shows a check run as the job that it is of. */
function jobUrl(env: NodeJS.ProcessEnv, checkRunId: string): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  return server && repository && run && /^\d+$/.test(checkRunId)
    ? `${server}/${repository}/actions/runs/${run}/job/${checkRunId}`
    : null
}

/** True where a task failed that may: it fails no step and no report. A cancelled one did not fail. */
export const isAllowedFailure = ({ allowFailure, status }: RunRecord): boolean =>
  allowFailure === true && ['failed', 'timed-out', 'out-of-memory', 'error'].includes(status)

/**
 * A record with the end of its run, by how long that took: where the clock was set meanwhile, its two times would
 * say something else.
 */
export function finished(record: RunRecord, seconds: number): RunRecord {
  const finishedAt = new Date(Date.parse(record.startedAt) + seconds * 1000).toISOString()
  return { ...record, finishedAt, durationSeconds: seconds }
}

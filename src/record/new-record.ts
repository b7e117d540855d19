import type { RunRecord } from './run-record.ts'

/** Who a record is of. */
interface RecordIdentity {
  readonly session: string
  readonly task: string
  readonly container: string
  readonly label?: string
  /** The task's id as the user wrote it; null when it has none. */
  readonly taskId?: string | null
}

/** What only the runner's expressions say of a job; empty text: not known. */
interface JobFacts {
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
    ...UNSTARTED,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    durationSeconds: null,
    phases: {},
    container: { name: identity.container, ...UNKNOWN_CONTAINER },
    commandSummary: null,
    toolchain: null,
    usage: { peakMemoryBytes: null, cpuSeconds: null },
    workspace: null,
    cleanup: { removed: [], orphans: [], kept: [], failed: [] },
    budgets: { startupSeconds: null, imageBytes: null },
    ...runPlace(env, version, job),
    artifacts: [],
    collection: null,
  }
}

/** How a task ended whose main said nothing more. */
const UNSTARTED = {
  status: 'cancelled',
  exitCode: null,
  signal: null,
  error: { code: 'ACODE-CTN-009', message: 'Main was ended before its task was started.' },
  timedOut: false,
  oomKilled: false,
} as const

/** A container of which nothing but the name is known. */
const UNKNOWN_CONTAINER = {
  id: null,
  image: null,
  digest: null,
  platform: null,
  user: null,
  profile: null,
  network: null,
  limits: null,
  health: null,
} as const

/** Where a task runs: the runner, the commit and the job. */
const runPlace = (
  env: NodeJS.ProcessEnv,
  version: string,
  { checkRunId = '', workflowRef, workflowSha }: JobFacts,
): Pick<RunRecord, 'runner' | 'git' | 'job'> => ({
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
    url: jobUrl(env, checkRunId),
    workflowRef: workflowRef || null,
    workflowSha: workflowSha || null,
  },
})

/** Where people read the job's log: GitHub shows a check run as the job that it is of. */
function jobUrl(env: NodeJS.ProcessEnv, checkRunId: string): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  return server && repository && run && /^\d+$/.test(checkRunId)
    ? `${server}/${repository}/actions/runs/${run}/job/${checkRunId}`
    : null
}

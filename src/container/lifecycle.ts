import { z } from 'zod'
import { BOUNDS, type Docker, EngineError, isDiskFull } from '../engine/docker.ts'
import { sentence, TaskError } from '../errors.ts'
import type { Program } from '../host/process.ts'
import { soonAfter } from '../host/signals.ts'
import { findDoubts, findManaged, gatherEvidence, type Managed, witnessNow } from '../ownership/managed.ts'
import { judge, type Verdict } from '../ownership/orphans.ts'
import { removeContainer, removeOwned } from '../ownership/removal.ts'
import { type OutputReport, type OutputSinks, passOutput } from '../streams/output.ts'
import { type ContainerPlan, createArguments } from './arguments.ts'
import { healthSchema, healthWhileRunning } from './health.ts'
import type { EndedBy } from './outcome.ts'

/** The engine does not see a file that was to be mounted: it is on another machine, or in another container. */
export class UnseenMountError extends Error {
  override readonly name = 'UnseenMountError'
}

/**
 * Creates the container and gives its id. What an earlier try of the same task left under its name is removed
 * before (CTN-3); a namesake whose owner lives is not touched (CTN-12).
 * @throws TaskError ACODE-CTN-001, -003, -005
 * @throws UnseenMountError
 */
export async function createContainer(docker: Docker, plan: ContainerPlan): Promise<string> {
  const env = { ...process.env, ...plan.environment.cliEnvironment }
  for (let tries = 1; ; tries++) {
    try {
      return await docker.call(createArguments(plan), { env })
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== 'failed') throw error
      if (UNSEEN.test(error.message)) throw new UnseenMountError(error.message)
      if (!/already in use/i.test(error.message) || tries === MOST_TRIES) throw createError(plan, error)
      await removeEarlierTry(docker, plan.name)
    }
  }
}

/** Not allowed in is an engine that runs as another user: a rootless one, or root where the files are a server's. */
export const UNSEEN =
  /bind source path does not exist|mounts denied|statfs .*no such file|type "bind": stat .*permission denied/i

/** Of two that find the same dead namesake one is second, and then meets the first one's container. */
const MOST_TRIES = 3

function createError(plan: ContainerPlan, error: EngineError): TaskError {
  const what = `The container ${plan.name} could not be created from ${plan.image.reference}`
  const why = isDiskFull(error)
    ? `the engine’s disk is full: ${sentence(error.message)} Free space there, for instance with: docker system prune`
    : `${sentence(error.message)} Correct the option that the engine names; a re-run with debug logging shows the whole command.`
  return new TaskError('ACODE-CTN-003', `${what}: ${why}`, { cause: error })
}

/** Removes a dead namesake. One that is gone meanwhile is fine. */
async function removeEarlierTry(docker: Docker, name: string): Promise<void> {
  const found = await findManaged(docker, name)
  const isOurs = found !== null && (await findDoubts(docker, [found])).size === 0
  if (!isOurs && (await docker.find(['container', 'inspect', '--format', '{{.Id}}', name])) === null) return
  const { claim, verdict } = isOurs ? await judgeNow(docker, found) : NONE_OF_OURS
  if (claim !== null && verdict.kind === 'orphan') {
    // With its volumes, and helpers that read them: nobody else removes what this name's container has.
    if (claim.owner) await removeOwned(docker, claim.owner)
    await removeContainer(docker, claim.id, name)
    return
  }
  const why =
    verdict.kind === 'unproven'
      ? `it cannot be proven dead: ${verdict.reason}`
      : `its owner, process ${claim?.owner?.pid}, is alive`
  throw new TaskError(
    'ACODE-CTN-001',
    `The container ${name} already exists and ${why}. Two tasks of one session need different task-ids; ` +
      `if nothing of it is still wanted, remove it with: docker rm --force --volumes ${name}`,
  )
}

const NONE_OF_OURS = {
  claim: null,
  verdict: { kind: 'unproven', reason: 'it is none of this action’s, or has its labels from its image' },
} as const

async function judgeNow(docker: Docker, found: Managed): Promise<{ claim: Managed; verdict: Verdict }> {
  const { claims, witness } = await gatherEvidence(docker, [found], witnessNow())
  const [claim = found] = claims
  return { claim, verdict: judge(claim, witness) }
}

/** What is needed to run a created container. */
export interface RunRequest {
  readonly container: string
  readonly timeoutSeconds: number
  readonly graceSeconds: number
  /** Aborted when the job is cancelled. */
  readonly cancel: AbortSignal
  /** Aborted when the runner loses patience. */
  readonly force: AbortSignal
  readonly sinks: OutputSinks
}

/** The runner sends SIGTERM 7.5 s after SIGINT: a cancelled task gets less than that to end by itself. */
const CANCEL_GRACE_SECONDS = 4
/** No stop takes longer after the cancel, also one that the task's own time limit began. */
const CANCEL_STOP_MS = 4_500
/** How long the client may stay attached after the container was stopped. */
const DETACH_MS = { timeout: 5_000, cancel: 1_500 } as const

/** What ends a client that is attached yet when everything that ends it by the task's time limit has failed. */
const attachedLimitMs = ({ timeoutSeconds, graceSeconds }: RunRequest): number =>
  (timeoutSeconds + graceSeconds) * 1000 + BOUNDS.query + BOUNDS.change

/** Starts the container, passes its output on until it ends, and ends it on timeout or cancel (RUN-10). */
export async function runContainer(
  docker: Docker,
  request: RunRequest,
): Promise<{ endedBy: EndedBy; output: OutputReport }> {
  const { container, cancel, force, graceSeconds } = request
  if (cancel.aborted)
    return { endedBy: 'cancel', output: { bytes: 0, endsWithNewline: true, fileError: null } }
  const attached = docker.startAttached(container, attachedLimitMs(request))
  const closed = attached.ending
  let endedBy: EndedBy = 'exit'
  let stopping: Promise<void> | undefined
  const hurry = AbortSignal.any([force, soonAfter(cancel, CANCEL_STOP_MS)])
  const stop = (why: Exclude<EndedBy, 'exit'>, grace: number) => {
    if (stopping) return
    endedBy = why
    stopping = stopContainer(docker, container, grace, hurry).then(() =>
      detach(docker, container, attached, closed, DETACH_MS[cancel.aborted ? 'cancel' : why]),
    )
  }
  const timer = setTimeout(() => stop('timeout', graceSeconds), request.timeoutSeconds * 1000)
  const onCancel = () => stop('cancel', Math.min(graceSeconds, CANCEL_GRACE_SECONDS))
  cancel.addEventListener('abort', onCancel, { once: true })
  try {
    const output = await passOutput(attached.stdout, request.sinks)
    await closed
    await stopping
    return { endedBy, output }
  } finally {
    clearTimeout(timer)
    cancel.removeEventListener('abort', onCancel)
  }
}

/** SIGTERM, then SIGKILL after the grace; at once where `force` says so. What cannot be stopped is removed later. */
async function stopContainer(
  docker: Docker,
  container: string,
  graceSeconds: number,
  force: AbortSignal,
): Promise<void> {
  const seconds = Math.ceil(graceSeconds)
  try {
    const args = ['stop', '-t', String(seconds), container]
    await docker.call(args, { timeoutMs: BOUNDS.query, graceMs: seconds * 1000, signal: force })
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    await tryKill(docker, container)
  }
}

/** Kills at once. What cannot be killed is told by the removal that follows, which kills too. */
async function tryKill(docker: Docker, container: string): Promise<void> {
  try {
    await docker.call(['kill', container], { timeoutMs: BOUNDS.query })
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
  }
}

/** How long apart a container is killed whose client is still attached. */
const KILL_PAUSE_MS = 250

/**
 * Waits for the attached client to end. A container that was only just starting is not stopped by a stop: it is
 * killed for as long as the client stays. A client that stays all the same is cut off.
 */
async function detach(
  docker: Docker,
  container: string,
  attached: Program,
  closed: Promise<unknown>,
  patienceMs: number,
): Promise<void> {
  const giveUp = performance.now() + patienceMs
  while (attached.isRunning() && performance.now() < giveUp) {
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, KILL_PAUSE_MS))])
    if (attached.isRunning()) await tryKill(docker, container)
  }
  attached.kill('SIGKILL')
}

const stateSchema = z.object({
  Image: z.string(),
  State: z.object({
    Status: z.string(),
    ExitCode: z.number(),
    OOMKilled: z.boolean(),
    Error: z.string().optional(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: healthSchema.nullish(),
  }),
  Config: z.object({ Healthcheck: z.object({ Retries: z.number().optional() }).nullish() }).optional(),
})

/** The engine could not start a container. `reason` is in its words, empty where it gives none. */
export class NotStartedError extends TaskError {
  readonly reason: string

  constructor(name: string, reason: string) {
    super(
      'ACODE-CTN-003',
      `The container ${name} could not be started: ${reason || 'see the log above'}. Correct what the engine names (command, mount, limit or runtime).`,
    )
    this.reason = reason
  }
}

/** A container that ran to its end. */
export interface EndedContainer {
  readonly exitCode: number
  readonly oomKilled: boolean
  readonly startedAt: Date
  readonly finishedAt: Date
  /** As it was while the container ran; null where the image has no check, or nobody can say. */
  readonly health: string | null
  readonly imageId: string
}

/**
 * What the engine says of a container whose run is over. Whether it ever started tells an engine's failure
 * from a command that exits 125, 126 or 127.
 * @throws NotStartedError where it never started
 * @throws TaskError ACODE-CTN-003 where somebody else removed it, ACODE-CTN-005 where it still runs
 * without us
 */
export async function inspectEnded(docker: Docker, container: string, name: string): Promise<EndedContainer> {
  const json = await docker.find(['container', 'inspect', '--format', '{{json .}}', container])
  const found = json === null ? null : stateSchema.parse(JSON.parse(json))
  // Whoever removes a container ends it first: it may be seen in between.
  if (found === null || /^(removing|dead)$/.test(found.State.Status)) throw removedByOthers(name)
  const { State: state, Image: imageId } = found
  if (state.StartedAt.startsWith('0001-')) throw new NotStartedError(name, state.Error?.trim() ?? '')
  if (state.Status === 'running')
    throw new TaskError(
      'ACODE-CTN-005',
      `The connection to the engine was lost while ${name} ran; the container is removed. Look at the engine's log on this machine.`,
    )
  return {
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    startedAt: new Date(state.StartedAt),
    finishedAt: new Date(state.FinishedAt),
    health: state.Health ? healthWhileRunning(state.Health, found.Config?.Healthcheck?.Retries) : null,
    imageId,
  }
}

const AFTER_REMOVAL =
  'Look for a cleanup (docker rm, docker system prune, another runner of the same engine) at that time, and run the task again.'

const removedByOthers = (name: string): TaskError =>
  new TaskError(
    'ACODE-CTN-003',
    `The container ${name} was removed by somebody else before its task had ended; this job did not remove it. ${AFTER_REMOVAL}`,
  )

/**
 * What an engine's failure means to the user.
 * @returns a TaskError for an EngineError, anything else as it is
 */
export async function explainEngineError(docker: Docker, error: unknown): Promise<unknown> {
  if (!(error instanceof EngineError)) return error
  if (/no such container(?!:path)/i.test(error.message))
    return new TaskError(
      'ACODE-CTN-003',
      `${error.message}: somebody else removed this task’s container. ${AFTER_REMOVAL}`,
      { cause: error },
    )
  const gone = await noEngine(docker, error)
  if (gone === null)
    return new TaskError(
      'ACODE-CTN-003',
      `The engine failed: ${error.message} (docker ${error.args.slice(0, 2).join(' ')} …).`,
      { cause: error },
    )
  return gone
}

/** That no engine answers, where that is so: the cause of whatever else failed. */
export async function noEngine(docker: Docker, error: Error): Promise<TaskError | null> {
  const isMissing = error instanceof EngineError && error.kind === 'missing'
  const why = isMissing ? error.message : await docker.whyNot()
  if (why === null) return null
  const advice = isMissing ? INSTALL : /permission denied/i.test(why) ? LET_IN : START_ONE
  return new TaskError('ACODE-CTN-005', `No container engine answers: ${sentence(why)} ${advice}`, {
    cause: error,
  })
}

const INSTALL = 'Install Docker on this runner, or use a runner that has it.'
const START_ONE = 'Start Docker on this runner, or point DOCKER_HOST to an engine.'
const LET_IN =
  'Let the runner’s user use the engine: add it to the group that its socket belongs to (mostly docker) and start the runner again, or point DOCKER_HOST to an engine of its own.'

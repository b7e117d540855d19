import { setTimeout as sleep } from 'node:timers/promises'
import type { AttachedOutput } from '../../engine/containers.ts'
import type { Docker } from '../../engine/docker.ts'
import { type EngineError, failureOf } from '../../engine/errors.ts'
import { BOUNDS } from '../../engine/transport/call.ts'
import { soonAfter } from '../../host/signals.ts'
import { type OutputReport, type OutputSinks, passOutput } from '../../streams/output.ts'
import type { RunEnd } from './outcome.ts'
import { isLost, regain } from './regain.ts'

/** What is needed to run a created container. */
interface RunRequest {
  readonly container: string
  readonly timeoutSeconds: number
  readonly graceSeconds: number
  /** Aborted when the job is cancelled. */
  readonly cancel: AbortSignal
  /** Aborted when the runner loses patience. */
  readonly force: AbortSignal
  /** Aborted when something broke that the task needs. */
  readonly broken?: AbortSignal
  readonly sinks: OutputSinks
  /** Called when the engine was lost and the container, which runs on, is attached to again. */
  readonly onRegained: () => void
}

/** How a run came to its end. */
export interface FinishedRun {
  readonly endedBy: RunEnd
  readonly output: OutputReport
  /** Why the engine did not start the container, or did not say when it ended; null when it did both. */
  readonly failure: EngineError | null
  /** True when the engine went away meanwhile: it may have ended the container, which says nothing of the task. */
  readonly isLost: boolean
}

/** The runner sends SIGTERM 7.5 s after SIGINT: a cancelled task gets less than that to end by itself. */
const CANCEL_GRACE_SECONDS = 4
/** No stop takes longer after the cancel, also one that the task's own time limit began. */
const CANCEL_STOP_MS = 4_500
/** How long a container's output may stay open after the container was stopped. */
const DETACH_MS = { timeout: 5_000, cancel: 1_500, broken: 5_000 } as const

/** What ends a call that lasts as long as the task when everything that ends the task by its time limit has failed. */
const lastsMs = ({ timeoutSeconds, graceSeconds }: RunRequest): number =>
  (timeoutSeconds + graceSeconds) * 1000 + BOUNDS.query + BOUNDS.change

const NO_OUTPUT: OutputReport = { bytes: 0, endsWithNewline: true, fileError: null }

/**
 * Starts the container, passes its output on until it ends, and ends it on timeout or cancel (RUN-10).
 * @throws EngineError when the engine does not let us attach
 */
export async function runContainer(docker: Docker, request: RunRequest): Promise<FinishedRun> {
  const { container, cancel, force, graceSeconds } = request
  if (cancel.aborted) return { endedBy: 'cancel', output: NO_OUTPUT, failure: null, isLost: false }
  const cutOff = new AbortController()
  const attached = await docker.containers.attach(container, cutOff.signal)
  cutOff.signal.addEventListener('abort', attached.end)
  const life = live(docker, request, attached, cutOff.signal)
  let isOver = false
  const over = life.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  let endedBy: RunEnd = 'exit'
  let stopping: Promise<void> | undefined
  const hurry = AbortSignal.any([force, soonAfter(cancel, CANCEL_STOP_MS)])
  const stop = (why: Exclude<RunEnd, 'exit'>, grace: number) => {
    if (stopping) return
    endedBy = why
    stopping = stopContainer(docker, container, grace, hurry)
      .then(() =>
        killUntil(over, () => isOver, docker, container, DETACH_MS[cancel.aborted ? 'cancel' : why]),
      )
      .finally(() => cutOff.abort())
  }
  const timer = setTimeout(() => stop('timeout', graceSeconds), request.timeoutSeconds * 1000)
  const onCancel = () => stop('cancel', Math.min(graceSeconds, CANCEL_GRACE_SECONDS))
  const onBroken = () => stop('broken', graceSeconds)
  cancel.addEventListener('abort', onCancel, { once: true })
  request.broken?.addEventListener('abort', onBroken, { once: true })
  if (cancel.aborted) onCancel()
  else if (request.broken?.aborted) onBroken()
  try {
    const ended = await life
    await stopping
    return { endedBy, ...ended }
  } finally {
    clearTimeout(timer)
    cancel.removeEventListener('abort', onCancel)
    request.broken?.removeEventListener('abort', onBroken)
  }
}

/**
 * The life of a container that is attached to: it is started, prints, and ends. Its output may end long before it does,
 * and does not end where it was not started. An engine that goes away meanwhile is waited for.
 */
async function live(
  docker: Docker,
  request: RunRequest,
  attached: AttachedOutput,
  signal: AbortSignal,
): Promise<Omit<FinishedRun, 'endedBy'>> {
  const { container, sinks, onRegained } = request
  const bounds = { timeoutMs: lastsMs(request), signal, lasts: true }
  const starting = failureOf(docker.containers.start(container, bounds))
  starting.then((failure) => failure && attached.end())
  const ended = () => failureOf(docker.containers.waitForEnd(container, bounds))
  const end: { failure: EngineError | null; isLost: boolean } = { failure: null, isLost: false }
  async function* allOutput(): AsyncGenerator<Buffer> {
    yield* attached.output
    end.failure = (await starting) ?? (await ended())
    while (isLost(end.failure)) {
      const regained = await regain(docker, container, signal)
      end.isLost = regained === 'unknown'
      if (typeof regained === 'string') return
      signal.addEventListener('abort', regained.end)
      onRegained()
      yield* regained.output
      end.failure = await ended()
    }
  }
  return { output: await passOutput(allOutput(), sinks), ...end }
}

/** SIGTERM, then SIGKILL after the grace; at once where `force` says so. What cannot be stopped is removed later. */
async function stopContainer(
  docker: Docker,
  container: string,
  graceSeconds: number,
  force: AbortSignal,
): Promise<void> {
  const failure = await failureOf(docker.containers.stop(container, Math.ceil(graceSeconds), force))
  // What cannot be killed either shows in the removal that follows, which kills too.
  if (failure !== null) await failureOf(docker.containers.kill(container))
}

/** How long apart a container is killed whose life is not over. */
const KILL_PAUSE_MS = 250

/**
 * Waits for the end of a container that was stopped. One that was only just starting is not stopped by a stop: it is
 * killed for as long as it lives, within a patience.
 */
async function killUntil(
  over: Promise<void>,
  isOver: () => boolean,
  docker: Docker,
  container: string,
  patienceMs: number,
): Promise<void> {
  const giveUp = performance.now() + patienceMs
  while (!isOver() && performance.now() < giveUp) {
    await Promise.race([over, sleep(KILL_PAUSE_MS)])
    if (!isOver()) await failureOf(docker.containers.kill(container))
  }
}

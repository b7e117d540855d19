import { setTimeout as sleep } from 'node:timers/promises'
import type { ContainerState } from '../../engine/container-answers.ts'
import type { Docker } from '../../engine/docker.ts'
import { isRefusal } from '../../engine/errors.ts'
import { isDecided } from '../../engine/health.ts'
import type { Healthcheck } from '../../engine/image-answers.ts'
import { messageOf } from '../../errors.ts'
import { formatSeconds } from '../../formats/units.ts'
import { START_BUDGET_SECONDS, STOP_BUDGET_SECONDS, type Trial } from './judge.ts'

/** How an image is tried. */
interface TrialRequest {
  /** A created container of it, with its own entrypoint and command. */
  readonly container: string
  /** The check that the image has; null: none. */
  readonly healthcheck: Healthcheck | null
  readonly signal: AbortSignal
  /** Given what there is to say while its health is waited for. */
  readonly onProgress: (line: string) => void
}

/** One that lives so long, and has nothing that says more of it, runs. */
const SETTLE_MS = 2_000
const LOOK_MS = 250
const REPORT_MS = 5_000
/** However long an image says that it needs to start. */
const LONGEST_START_SECONDS = 300
const LONGEST_OUTPUT = 64 * 1024

/**
 * Starts an image as it is, and lets it end: by itself, or when it is asked to once it runs. Where it has a health
 * check that says when it does (IMG-4).
 */
export async function tryImage(docker: Docker, request: TrialRequest): Promise<Trial> {
  const { container, signal } = request
  const begun = performance.now()
  const output = await attachedTo(docker, container, signal)
  try {
    const refused = await refusalOf(docker, container, signal)
    if (refused !== null) return { ...NOTHING, refused }
    const { state, startSeconds } = await running(docker, request, begun)
    const isOver = state.status !== 'running'
    const stopSeconds = isOver ? null : await stopped(docker, container, signal)
    return {
      ...{ refused: null, startSeconds, stopSeconds },
      // Of one that failed very often the engine no longer knows how it began.
      health: request.healthcheck === null ? null : (state.health ?? 'starting'),
      exitCode: isOver ? state.exitCode : null,
      lastLines: await output.lastLines(),
    }
  } finally {
    output.end()
  }
}

const NOTHING = {
  startSeconds: null,
  exitCode: null,
  health: null,
  stopSeconds: null,
  lastLines: '',
} as const

/** Why the engine does not start it; null when it does. */
async function refusalOf(docker: Docker, container: string, signal: AbortSignal): Promise<string | null> {
  try {
    await docker.containers.start(container, { signal })
    return null
  } catch (error) {
    if (!isRefusal(error)) throw error
    return messageOf(error)
  }
}

/** Waits until it runs, or has ended. */
async function running(
  docker: Docker,
  { container, healthcheck, signal, onProgress }: TrialRequest,
  begun: number,
): Promise<{ readonly state: ContainerState; readonly startSeconds: number | null }> {
  const patienceMs = healthcheck === null ? SETTLE_MS : 1000 * patienceOf(healthcheck)
  const started = performance.now()
  let reportAt = started + REPORT_MS
  for (;;) {
    const { state } = await docker.containers.get(container)
    const now = performance.now()
    const isKnown = state.status !== 'running' || isDecided(state.health)
    const seconds = ((healthcheck === null ? started : now) - begun) / 1000
    if (isKnown) return { state, startSeconds: state.health === 'unhealthy' ? null : seconds }
    if (now - started >= patienceMs) return { state, startSeconds: healthcheck === null ? seconds : null }
    if (healthcheck !== null && now >= reportAt) {
      onProgress(
        `Waiting for the health check: ${state.health ?? 'starting'} after ${formatSeconds((now - started) / 1000)}`,
      )
      reportAt += REPORT_MS
    }
    await sleep(LOOK_MS, undefined, { signal })
  }
}

/** Its health is waited for as long as any start may take, and longer where the image says that it needs more. */
const patienceOf = ({ startPeriodSeconds }: Healthcheck): number =>
  Math.min(LONGEST_START_SECONDS, Math.max(START_BUDGET_SECONDS, startPeriodSeconds + STOP_BUDGET_SECONDS))

/** Seconds until it has ended. */
async function stopped(docker: Docker, container: string, signal: AbortSignal): Promise<number> {
  const asked = performance.now()
  await docker.containers.stop(container, STOP_BUDGET_SECONDS, signal)
  return (performance.now() - asked) / 1000
}

/** What a container prints, of which its end is wanted. */
async function attachedTo(docker: Docker, container: string, signal: AbortSignal) {
  const { output, end } = await docker.containers.attach(container, signal)
  let text = ''
  const reading = (async () => {
    for await (const chunk of output) text = (text + chunk.toString('utf8')).slice(-LONGEST_OUTPUT)
  })().catch(() => undefined) // what it said so far is enough
  return {
    end,
    async lastLines(): Promise<string> {
      await Promise.race([reading, sleep(1000)])
      return text.trim().split(/\r?\n/).slice(-3).join('; ').slice(-500)
    },
  }
}

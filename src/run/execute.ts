import { endedByOthers, engineLost } from '../container/life/ended-by-others.ts'
import { type EndedContainer, inspectEnded, NotStartedError } from '../container/life/inspect-ended.ts'
import type { TaskContainer } from '../container/life/make-container.ts'
import { findCause, type MemoryKill, memoryKillSeen } from '../container/life/memory-kill.ts'
import { outcomeOf, type RunEnd } from '../container/life/outcome.ts'
import { type FinishedRun, runContainer } from '../container/life/run-container.ts'
import { type LastReading, measureUsage, usageOf } from '../container/life/usage.ts'
import type { UsageSamples } from '../container/life/usage-series.ts'
import { EngineError } from '../engine/errors.ts'
import type { Status } from '../errors.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import { TaskAnnotations } from '../github/task-annotations.ts'
import type { CgroupUsage } from '../host/cgroup.ts'
import type { Facts } from '../record/facts.ts'
import type { Rewriter } from '../streams/output.ts'
import { PathRewriter, rewrittenInTurn } from '../streams/path-rewriter.ts'
import { inTurn } from '../streams/redact.ts'
import { reportSilence, type Silence } from '../streams/silence.ts'
import { taskMasks } from '../streams/task-masks.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { UnusableMethodError, type Workspace } from '../workspace/workspace.ts'
import type { TaskServices } from './beside/task-services.ts'
import { type Context, throwIfCancelled } from './context/context.ts'
import type { Prepared } from './context/prepared.ts'

/**
 * Runs the container to its end; how it ended is the task's status (RUN-11).
 * @throws UnusableMethodError when the engine or its kernel refuses to mount the workspace, which shows at the start
 */
export async function* execute(
  context: Context,
  spec: ContainerSpec,
  prepared: Prepared,
  services: TaskServices | null,
): AsyncGenerator<Facts, Status, void> {
  throwIfCancelled(context)
  context.run.recorder.started()
  const asked = spec.workflowCommands === 'annotations' ? new TaskAnnotations(prepared.workspace.path) : null
  let ran: RanToEnd
  try {
    ran = await runToEnd(context, spec, prepared, asked, services)
  } finally {
    // Also of a run that fails.
    if (asked !== null) yield { annotations: asked }
  }
  const { usage, end } = await endOf(context, spec, prepared, ran, services)
  yield { usage, end }
  return end.status
}

/** How a container ended that the engine runs no longer, and what it used. */
async function endOf(
  context: Context,
  spec: ContainerSpec,
  { container, workspace, limits }: Prepared,
  { endedBy, failure, isLost, reading, samples }: RanToEnd,
  services: TaskServices | null,
): Promise<Required<Pick<Facts, 'usage' | 'end'>>> {
  const { docker, run } = context
  const { identity } = run
  if (isLost) docker.distrust()
  if (endedBy === 'exit' && isLost) throw engineLost(identity.container, failure)
  const inspecting = inspectEnded(docker, container.id, identity.container, failure)
  const ended = await inspecting.catch((error: unknown) => {
    if (isRefusedMount(error, workspace)) throw new UnusableMethodError(error.reason)
    if (endedBy !== 'exit' || !(error instanceof EngineError) || error.reason !== 'unreachable') throw error
    // It went away as the task ended, and may have been what ended it.
    docker.distrust()
    throw engineLost(identity.container, error)
  })
  const memoryKill = await memoryKillOf(context, container, endedBy, ended, reading)
  const state = { exitCode: ended.exitCode, memoryKill }
  const { warning, ...outcome } = outcomeOf(endedBy, state, {
    container: identity.container,
    timeoutSeconds: spec.timeoutSeconds,
    memoryBytes: spec.resources.memory,
    onCancel: wasStarted(ended) ? spec.onCancel : 'cancelled',
    broken: services?.failure ?? null,
  })
  if (warning !== null) runner.warning(warning, 'ACODE-CTN-008')
  // One that the machine killed has not used what it was let have.
  const memoryLimit = (memoryKill === 'machine' ? null : limits?.memoryBytes) ?? undefined
  const oomKilled = memoryKill !== null
  return {
    usage: { ...usageOf(reading, { ...ended, oomKilled, memoryLimit }), ...(samples && { samples }) },
    end: {
      ...outcome,
      timedOut: endedBy === 'timeout',
      oomKilled,
      health: ended.health,
      startupSeconds: Math.max(0, (ended.startedAt.getTime() - run.startedAt.getTime()) / 1000),
    },
  }
}

const isRefusedMount = (error: unknown, { method }: Workspace): error is NotStartedError =>
  method === 'overlay' && error instanceof NotStartedError && error.fault === 'overlay-refused'

/**
 * What killed a process of the task for memory; null when none was.
 * @throws TaskError ACODE-CTN-003, ACODE-CTN-005 when someone else ended the task's container
 */
async function memoryKillOf(
  { docker, run: { identity } }: Context,
  { id }: TaskContainer,
  endedBy: RunEnd,
  ended: EndedContainer,
  reading: LastReading | null,
): Promise<MemoryKill> {
  if (endedBy !== 'exit') return memoryKillSeen(ended, reading)
  const cause = await findCause(docker, id, ended, reading)
  if (cause === 'outside' || cause === 'engine-gone') docker.distrust()
  if (cause === 'outside') throw endedByOthers(identity.container, ended)
  if (cause === 'engine-gone') throw engineLost(identity.container, null)
  return cause
}

/** The engine gives a container that it never started a time long before any. */
const wasStarted = ({ startedAt }: { readonly startedAt: Date }): boolean => startedAt.getTime() > 0

const REGAINED =
  'The engine was lost and is back: the task runs on. What it printed meanwhile may be missing here.'

/** How a container's run ended as seen from here, and what was last seen of what it uses. */
interface RanToEnd extends Pick<FinishedRun, 'endedBy' | 'failure' | 'isLost'> {
  readonly reading: LastReading | null
  readonly samples: UsageSamples | null
}

/** Runs the container, measures what it uses, and reports when it is silent. */
async function runToEnd(
  context: Context,
  spec: ContainerSpec,
  { container, workspace }: Prepared,
  annotations: TaskAnnotations | null,
  services: TaskServices | null,
): Promise<RanToEnd> {
  const meter = measureUsage(container.id, (signal) => context.docker.containers.usage(container.id, signal))
  const silence = reportSilence((silent) =>
    runner.heartbeat(silenceLine(silent, meter.latest()), silent.atLineStart),
  )
  try {
    const { endedBy, failure, isLost } = await streamOutput(context, spec, {
      container: container.id,
      rewriter: rewriterOf(annotations, workspace, context.run.paths.workspace),
      onOutput: silence.heard,
      broken: services?.broken ?? null,
    })
    return { endedBy, failure, isLost, reading: meter.latest(), samples: meter.samples() }
  } finally {
    silence.stop()
    meter.stop()
  }
}

/** `Still running: no output for 5 min 0 s, peak memory 1.2 GiB`. */
export function silenceLine({ seconds }: Silence, usage: CgroupUsage | null): string {
  const peak = usage?.peakMemoryBytes ?? null
  const memory = peak === null ? '' : `, peak memory ${formatBytes(peak)}`
  return `Still running: no output for ${formatSeconds(seconds)}${memory}`
}

/** What the log is given in place of the output: annotations that pass, and paths that lead to files of the runner. */
function rewriterOf(
  annotations: TaskAnnotations | null,
  { method, path }: Workspace,
  runnerPath: string,
): Rewriter | null {
  if (path === runnerPath || method === 'none') return annotations
  const translated = new PathRewriter(path, runnerPath)
  return annotations ? rewrittenInTurn(annotations, translated) : translated
}

/** A container's run as far as its output goes. */
interface Streamed {
  /** The id of the container. */
  readonly container: string
  readonly rewriter: Rewriter | null
  readonly onOutput: (chunk: Buffer) => void
  /** Aborted when the task cannot go on; null: nothing else can break it. */
  readonly broken: AbortSignal | null
}

/** Lets the container's output into log and file, with the workflow commands in it switched off. */
async function streamOutput(
  { docker, run, signals, scope }: Context,
  spec: ContainerSpec,
  { container, rewriter, onOutput, broken }: Streamed,
): Promise<FinishedRun> {
  const { recorder } = run
  const isAllowed = spec.workflowCommands === 'allow'
  const resumeCommands = runner.stopCommands(isAllowed)
  let atLineStart = true
  try {
    const finished = await runContainer(docker, {
      container,
      timeoutSeconds: spec.timeoutSeconds,
      graceSeconds: spec.stopGraceSeconds,
      cancel: signals.cancel,
      force: signals.force,
      ...(broken && { broken }),
      onRegained() {
        scope.doubt()
        runner.heartbeat(REGAINED, false)
      },
      sinks: {
        live: runner.log,
        file: recorder.log,
        onOutput,
        ...(rewriter && { rewriter }),
        redactor: inTurn(
          taskMasks(recorder.taskMasks, isAllowed ? runner.maskInJob : undefined),
          recorder.redaction.stream(),
        ),
      },
    })
    atLineStart = finished.output.endsWithNewline
    return finished
  } finally {
    resumeCommands(atLineStart)
  }
}

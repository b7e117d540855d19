import { inspectEnded } from '../container/inspect-ended.ts'
import { outcomeOf } from '../container/outcome.ts'
import { type FinishedRun, runContainer } from '../container/run-container.ts'
import type { TaskContainer } from '../container/task-container.ts'
import { measureUsage } from '../container/usage.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import type { CgroupUsage } from '../host/cgroup.ts'
import { inTurn } from '../streams/redact.ts'
import { reportSilence, type Silence } from '../streams/silence.ts'
import { taskMasks } from '../streams/task-masks.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { type Context, throwIfCancelled } from './context.ts'

/** Runs the container to its end; how it ended is the task's status (RUN-11). */
export async function start(context: Context, spec: ContainerSpec, container: TaskContainer): Promise<void> {
  const { docker, run } = context
  const { record } = run.recorder
  throwIfCancelled(context)
  const { image } = record.container
  run.recorder.event('task.container.started', {
    image,
    command: record.commandSummary,
    container: container.id,
  })
  const meter = measureUsage(container.id)
  const silence = reportSilence((silent) =>
    runner.heartbeat(silenceLine(silent, meter.latest()), silent.atLineStart),
  )
  const { endedBy, failure } = await follow(context, spec, container, silence.heard).finally(async () => {
    silence.stop()
    record.usage = await meter.stop()
  })
  const ended = await inspectEnded(docker, container.id, run.identity.container, failure)
  const outcome = outcomeOf(endedBy, ended, {
    container: run.identity.container,
    timeoutSeconds: spec.timeoutSeconds,
    memoryBytes: spec.resources.memory,
    onCancel: wasStarted(ended) ? spec.onCancel : 'cancelled',
  })
  if (outcome.warning !== null) runner.warning(outcome.warning, 'ACODE-CTN-008')
  const { status, exitCode, signal, error } = outcome
  Object.assign(record, { status, exitCode, signal, error })
  Object.assign(record, { timedOut: endedBy === 'timeout', oomKilled: ended.oomKilled })
  record.container.health = ended.health
  record.budgets.startupSeconds = Math.max(
    0,
    (ended.startedAt.getTime() - Date.parse(record.startedAt)) / 1000,
  )
}

/** The engine gives a container that it never started a time long before any. */
const wasStarted = ({ startedAt }: { readonly startedAt: Date }): boolean => startedAt.getTime() > 0

/** `Still running: no output for 5 min 0 s, peak memory 1.2 GiB`. */
export function silenceLine({ seconds }: Silence, usage: CgroupUsage | null): string {
  const peak = usage?.peakMemoryBytes ?? null
  const memory = peak === null ? '' : `, peak memory ${formatBytes(peak)}`
  return `Still running: no output for ${formatSeconds(seconds)}${memory}`
}

/** Lets the container's output into log and file, with the workflow commands in it switched off. */
async function follow(
  { docker, run, signals }: Context,
  spec: ContainerSpec,
  container: TaskContainer,
  onOutput: (chunk: Buffer) => void,
): Promise<FinishedRun> {
  const isAllowed = spec.workflowCommands === 'allow'
  const resumeCommands = runner.stopCommands(isAllowed)
  let atLineStart = true
  try {
    const finished = await runContainer(docker, {
      container: container.id,
      timeoutSeconds: spec.timeoutSeconds,
      graceSeconds: spec.stopGraceSeconds,
      cancel: signals.cancel,
      force: signals.force,
      sinks: {
        live: runner.log,
        file: run.recorder.log,
        onOutput,
        redactor: inTurn(
          taskMasks(run.recorder.taskMasks, isAllowed ? runner.maskInJob : undefined),
          run.recorder.redaction.stream(),
        ),
      },
    })
    atLineStart = finished.output.endsWithNewline
    return finished
  } finally {
    resumeCommands(atLineStart)
  }
}

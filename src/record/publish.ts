import * as runner from '../engine/runner.ts'
import { messageOf } from '../errors.ts'
import { formatBytes, formatSeconds } from '../task/units.ts'
import type { Collected } from './collect.ts'
import type { Recorder } from './recorder.ts'
import { isAllowedFailure, type RunRecord } from './run-record.ts'
import { summaryOf } from './summary.ts'
import { NO_OUTPUTS, type OWN_OUTPUTS, type TaskOutputs } from './task-outputs.ts'

/** Tells the workflow how the task ended: log line, outputs, job summary, and the step's failure. */
export async function publish(
  recorder: Recorder,
  collected: Collected | null,
  artifact: string,
): Promise<void> {
  const { record } = recorder
  for (const warning of collected?.warnings ?? []) runner.warning(warning)
  setOutputs(recorder, collected?.outputs ?? NO_OUTPUTS, artifact)
  runner.info(lastLine(record))
  await summarize(recorder.struck(), recorder.taskMasks.text(collected?.summary ?? ''))
  const report = isAllowedFailure(record) ? runner.warning : runner.fail
  if (record.error) report(record.error.message, record.error.code)
  else if (record.status === 'failed') report(failureOf(record), 'Task failed')
}

/** Tells for a main that was killed how its task ended: log, annotations and summary say nothing of it yet. */
export async function publishKilled(record: RunRecord): Promise<void> {
  runner.info(lastLine(record))
  await summarize(record, '')
  if (record.error) runner.warning(record.error.message, record.error.code)
}

async function summarize(record: RunRecord, tasksOwn: string): Promise<void> {
  await runner
    .summarize(summaryOf(record, tasksOwn))
    .catch((error: unknown) => runner.warning(`The job summary could not be written: ${messageOf(error)}`))
}

function setOutputs({ record, paths, patch }: Recorder, tasksOwn: TaskOutputs, artifact: string): void {
  const outputs: Record<(typeof OWN_OUTPUTS)[number], string> = {
    status: record.status,
    'exit-code': record.exitCode === null ? '' : String(record.exitCode),
    'error-code': record.error?.code ?? '',
    'container-name': record.container.name,
    'container-id': record.container.id ?? '',
    image: record.container.image ?? '',
    'image-digest': record.container.digest ?? '',
    'duration-seconds': String(record.durationSeconds ?? ''),
    record: paths.run,
    log: paths.log,
    patch: patch ?? '',
    'artifact-name': artifact,
    outputs: JSON.stringify(Object.fromEntries(tasksOwn.all)),
  }
  // Ours come first: the runner stops reading at the first line that is none.
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value)
  for (const [name, value] of tasksOwn.passed) runner.output(name, value)
}

function lastLine({ status, exitCode, durationSeconds, usage, container }: RunRecord): string {
  const facts = [
    durationSeconds === null ? null : `in ${formatSeconds(durationSeconds)}`,
    exitCode === null ? null : `exit ${exitCode}`,
    usage.peakMemoryBytes === null ? null : `peak memory ${formatBytes(usage.peakMemoryBytes)}`,
    status === 'skipped' ? 'no container asked for' : null,
  ]
  return `${container.name}: ${status} ${facts.filter((fact) => fact !== null).join(', ')}`
}

const failureOf = ({ exitCode, signal, container }: RunRecord): string =>
  `The task in ${container.name} exited with ${exitCode}${signal === null ? '' : ` (${signal})`}; its output is above.`

import * as runner from '../engine/runner.ts'
import { formatBytes, formatSeconds } from '../task/units.ts'
import type { Collected } from './collect.ts'
import type { Recorder } from './recorder.ts'
import type { RunRecord } from './run-record.ts'
import { summaryOf } from './summary.ts'

/** Tells the workflow how the task ended: log line, outputs, job summary, and the step's failure. */
export async function publish(
  recorder: Recorder,
  collected: Collected | null,
  artifact: string,
): Promise<void> {
  const { record } = recorder
  for (const warning of collected?.warnings ?? []) runner.warning(warning)
  setOutputs(recorder, collected?.outputs ?? new Map(), artifact)
  runner.info(lastLine(record))
  await runner
    .summarize(summaryOf(record, collected?.summary ?? ''))
    .catch((error: Error) => runner.warning(`The job summary could not be written: ${error.message}`))
  if (record.error) runner.fail(record.error.message, record.error.code)
  else if (record.status === 'failed') runner.fail(failureOf(record), 'Task failed')
}

function setOutputs(
  { record, paths, patch }: Recorder,
  tasksOwn: ReadonlyMap<string, string>,
  artifact: string,
): void {
  const outputs: Record<string, string> = {
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
    outputs: JSON.stringify(Object.fromEntries(tasksOwn)),
  }
  const taken = [...tasksOwn.keys()].filter((name) => Object.hasOwn(outputs, name))
  if (taken.length > 0)
    runner.warning(
      `The task’s outputs ${taken.join(', ')} have names of the action’s own; read them from the output "outputs".`,
    )
  for (const [name, value] of tasksOwn) if (!taken.includes(name)) runner.output(name, value)
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value)
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

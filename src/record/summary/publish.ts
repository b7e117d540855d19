import { messageOf } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import type { Collected } from '../collect/collect.ts'
import { NO_OUTPUTS, type OWN_OUTPUTS, type TaskOutputs } from '../collect/task-outputs.ts'
import { isAllowedFailure } from '../derived.ts'
import type { Recorder } from '../recorder.ts'
import type { RunRecord } from '../run-record.ts'
import { isDue, type When } from '../when.ts'
import { annotateForTask } from './annotations.ts'
import { diffstatOf, drawDiffstat } from './diffstat.ts'
import { failureAnnotation, lastLineOf } from './failure.ts'
import { summaryOf } from './summary.ts'
import { testsLine } from './tests-summary.ts'

/** What of a run is published. */
export interface Publishing {
  readonly summary: When
  readonly upload: When
}

const ALL: Publishing = { summary: 'always', upload: 'always' }
const LINES = 20

/** Reports how the task ended: log line, outputs, job summary, and the step's failure. */
export async function publish(
  recorder: Recorder,
  collected: Pick<Collected, 'outputs' | 'summary' | 'warnings'> | null,
  artifact: string,
  { summary, upload } = ALL,
): Promise<void> {
  const { record } = recorder
  for (const warning of collected?.warnings ?? []) runner.warning(warning)
  setOutputs(recorder, collected?.outputs ?? NO_OUTPUTS, artifact)
  if (record.tests) runner.info(`Tests: ${testsLine(record.tests)}`)
  runner.info(lastLineOf(record))
  const hasFailed = isDue('on-failure', record.status)
  const lastLines = hasFailed ? await recorder.lastLines(LINES) : ''
  const hint = hasFailed ? (await import('./hint.ts')).hintOf(record, lastLines) : null
  const tasksOwn = recorder.taskMasks.text(collected?.summary ?? '')
  const own = isDue(summary, record.status)
    ? summaryOf(recorder.struck(), tasksOwn, {
        lastLines,
        hint,
        diffstat: await diffstatIn(recorder),
        artifact: isDue(upload, record.status) ? artifact : null,
      })
    : tasksOwn
  await appendSummary(own)
  const failure = failureAnnotation(record, hint, lastLines)
  const report = isAllowedFailure(record) ? runner.warning : runner.fail
  if (failure) report(failure.message, failure.title)
  const ownErrors = failure !== null && report === runner.fail ? 1 : 0
  annotateForTask(recorder.struck(), recorder.annotations, ownErrors)
}

/** Reports for a main that was killed how its task ended: log, annotations and summary say nothing of it yet. */
export async function publishKilled(record: RunRecord, summary: When): Promise<void> {
  runner.info(lastLineOf(record))
  if (isDue(summary, record.status)) await appendSummary(summaryOf(record, ''))
  if (record.error) runner.warning(record.error.message, record.error.code)
}

async function diffstatIn({ patch, strikeText }: Recorder): Promise<string> {
  const diffstat = patch?.endsWith('.patch') ? await diffstatOf(patch) : null
  return diffstat === null ? '' : strikeText(drawDiffstat(diffstat))
}

async function appendSummary(markdown: string): Promise<void> {
  if (markdown === '') return
  await runner
    .summarize(markdown)
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

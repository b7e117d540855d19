import { messageOf } from '../errors.ts'
import { shorten } from '../formats/text.ts'
import * as runner from '../github/runner.ts'
import type { ReportInputs } from './inputs.ts'
import type { Leg } from './leg.ts'
import { notesOf } from './needs.ts'
import { statusOf } from './page/status-words.ts'
import { headline, signOfLeg, subline } from './page/words.ts'
import type { Report } from './report.ts'
import { summaryOf } from './summary.ts'
import { isFailure, type Totals } from './totals.ts'

/** Reports to the workflow how its tasks ended: log, outputs, job summary, and the step's failure where one is wanted. */
export async function publishReport(
  { legs, totals, trend, page, link, results }: Report,
  inputs: ReportInputs,
  attempt: string,
): Promise<void> {
  for (const leg of legs) {
    const { id, status, artifact, reason } = leg
    runner.info(`${signOfLeg(leg)} ${shorten(id, 100)}: ${statusOf(leg)}`)
    if (status === 'invalid')
      runner.warning(`The record ${artifact} cannot be read: ${reason}`, 'ACODE-CTN-013')
  }
  const isStrict = inputs['fail-on'] === 'any'
  const notes = notesOf(legs, inputs, attempt, isStrict)
  runner.info(`${headline(totals)}: ${subline(totals)}`)
  for (const line of trend) runner.info(line)
  for (const [name, value] of Object.entries(outputsOf(results, totals, page))) runner.output(name, value)
  await runner
    .summarize(summaryOf(legs, totals, inputs['log-lines'], notes, { trend, link }))
    .catch((error: unknown) => runner.warning(`The job summary could not be written: ${messageOf(error)}`))
  for (const text of notes.warnings) runner.warning(text, 'ACODE-CTN-013')
  if (isStrict) failFor(legs, totals, inputs)
  for (const text of notes.alarms) runner.fail(text, 'Jobs of tasks failed')
}

/** What later jobs read. */
export const outputsOf = (
  results: readonly object[],
  totals: Totals,
  page: string | null,
): Record<string, string> => ({
  results: JSON.stringify(results),
  total: String(totals.total),
  passed: String(totals.passed),
  failed: String(totals.failed),
  skipped: String(totals.skipped),
  allowed: String(totals.allowed),
  flaky: String(totals.flaky),
  report: page ?? '',
})

function failFor(legs: readonly Leg[], totals: Totals, { expected, records }: ReportInputs): void {
  // A report of nothing must not look like one of success, unless nothing was expected.
  if (totals.total === 0 && expected === undefined) runner.fail(NOTHING[records], 'ACODE-CTN-006')
  const failures = legs.filter(isFailure).map(({ id, status }) => `${id} (${status})`)
  if (failures.length > 0) runner.fail(`${headline(totals)}: ${failures.join(', ')}`, 'Tasks failed')
}

const NOTHING = {
  run: 'There is nothing to report: this run has no artifact acode-*. Let the tasks upload their records (upload: always) and the report run after them (needs), or say that none are expected: expected: "[]".',
  job: 'There is nothing to report: no task ran before this step in its own job. Put the report behind the tasks, or read the records of the whole run: leave records out.',
}

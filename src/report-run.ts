import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as runner from './engine/runner.ts'
import { runArtifacts } from './report/artifacts.ts'
import { downloadedRecords, jobRecords } from './report/downloaded.ts'
import { type ReportInputs, readReportInputs } from './report/inputs.ts'
import { legsOf } from './report/leg.ts'
import { explained, whyUnplanned } from './report/needs.ts'
import { withOwnLink } from './report/own-links.ts'
import { publishReport } from './report/publish.ts'
import { readAllFound } from './report/read-all.ts'
import type { RecordFiles } from './report/record-files.ts'
import { unplannedSummary } from './report/summary.ts'
import { totalsOf } from './report/totals.ts'
import { uploadPage, writePage } from './report/write.ts'

/** Brings the records of a run's tasks together in one report (ACT-4, RUN-8). */
export async function reportRun(env: NodeJS.ProcessEnv): Promise<void> {
  const inputs = await readReportInputs(runner.input)
  const unplanned = whyUnplanned(inputs)
  // Whatever the records say: what is missing among them is not known, and no output says that all went well.
  if (unplanned !== null) {
    runner.fail(unplanned, 'No plan')
    return runner.summarize(unplannedSummary(unplanned))
  }
  const records = await recordsOf(inputs, env)
  const found = (await readAllFound(records)).map((one) => withOwnLink(one, env.GITHUB_SERVER_URL))
  const legs = explained(legsOf(found, inputs.expected, inputs.session), inputs)
  const totals = totalsOf(legs)
  const page = await writePage(legs, totals, env)
  await publishReport(legs, totals, inputs, page, env.GITHUB_RUN_ATTEMPT ?? '1')
  if (inputs.upload && page !== null) await uploadPage(page, inputs, env)
}

function recordsOf({ records, path }: ReportInputs, env: NodeJS.ProcessEnv): Promise<RecordFiles[]> {
  if (records === 'job') return jobRecords(env.RUNNER_TEMP ?? tmpdir())
  return path === undefined ? runArtifacts(env) : downloadedRecords(join(env.GITHUB_WORKSPACE ?? '', path))
}

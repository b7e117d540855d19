import { join } from 'node:path'
import { type RunnerPaths, runnerPaths } from '../github/paths.ts'
import * as runner from '../github/runner.ts'
import { runArtifacts } from './artifacts.ts'
import { downloadedRecords, jobRecords } from './downloaded.ts'
import { compareWithEarlier, leaveForLater } from './history/compare.ts'
import { type ReportInputs, readReportInputs } from './inputs.ts'
import { legsOf } from './leg.ts'
import { byLabels } from './names.ts'
import { explained, whyUnplanned } from './needs.ts'
import { withOwnLink } from './own-links.ts'
import { publishReport } from './publish.ts'
import { readAllFound } from './read-all.ts'
import type { RecordFiles } from './record-files.ts'
import { resultsOf } from './results.ts'
import { unplannedSummary } from './summary.ts'
import { totalsOf } from './totals.ts'
import { uploadPage, writePage } from './write.ts'

/** Brings the records of a run's tasks together in one report (ACT-4, RUN-8). */
export async function reportRun(env: NodeJS.ProcessEnv): Promise<void> {
  const inputs = await readReportInputs(runner.input)
  const unplanned = whyUnplanned(inputs)
  // Whatever the records say: what is missing among them is not known, and no output says that all went well.
  if (unplanned !== null) {
    runner.fail(unplanned, 'No plan')
    return runner.summarize(unplannedSummary(unplanned))
  }
  const paths = runnerPaths(env)
  const records = await recordsOf(inputs, paths, env)
  const found = (await readAllFound(records)).map((one) => withOwnLink(one, env.GITHUB_SERVER_URL))
  const tasks = explained(legsOf(found, inputs.expected, inputs.session), inputs)
  const legs = byLabels(tasks, inputs.expected)
  const totals = totalsOf(legs)
  const trend = await compareWithEarlier(legs, inputs, env)
  const page = await writePage(legs, totals, trend, inputs, { env, temp: paths.temp })
  const link = inputs.upload && page !== null ? await uploadPage(page, inputs, env) : null
  await leaveForLater(legs, inputs, { env, temp: paths.temp })
  await publishReport(
    { legs, totals, trend, page, link, results: resultsOf(tasks) },
    inputs,
    env.GITHUB_RUN_ATTEMPT ?? '1',
  )
}

function recordsOf(
  { records, path }: ReportInputs,
  { workspace, temp }: RunnerPaths,
  env: NodeJS.ProcessEnv,
): Promise<RecordFiles[]> {
  if (records === 'job') return jobRecords(temp)
  return path === undefined ? runArtifacts(env) : downloadedRecords(join(workspace, path))
}

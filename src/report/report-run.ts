import { join } from 'node:path'
import { type RunnerPaths, runnerPaths } from '../github/paths.ts'
import * as runner from '../github/runner.ts'
import { labelIn } from '../record/derived.ts'
import { runArtifacts } from './artifacts/artifacts.ts'
import { downloadedRecords, jobRecords } from './artifacts/downloaded.ts'
import type { Found } from './artifacts/found.ts'
import { readAllFound } from './artifacts/read-all.ts'
import type { RecordFiles } from './artifacts/record-files.ts'
import { uploadPage, writePage } from './artifacts/write.ts'
import { compareWithEarlier, leaveForLater } from './history/compare.ts'
import { type ReportInputs, readReportInputs } from './inputs.ts'
import { type Leg, legsOf } from './leg.ts'
import { explained, whyUnplanned } from './needs.ts'
import { publishReport } from './publish.ts'
import { resultsOf } from './results.ts'
import { unplannedSummary } from './summary.ts'
import { totalsOf } from './totals.ts'

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

/**
 * A record is what a job says, a forged one too: the link in it is kept only where it leads to the server of this
 * run, which GitHub names as `https://HOST`.
 */
function withOwnLink(found: Found, server: string | undefined): Found {
  const job = found.record?.job
  if (!found.record || !job || job.url === null || (server && job.url.startsWith(`${server}/`))) return found
  return { ...found, record: { ...found.record, job: { ...job, url: null } } }
}

/**
 * The legs by the names that people gave their tasks, where no two legs share one: the name of a task that was not
 * planned has a hash in it, which only keeps containers apart. A planned one is what the plan calls it: a record is what
 * a job says.
 */
export function byLabels(legs: readonly Leg[], planned: readonly string[] = []): Leg[] {
  const isPlanned = new Set(planned)
  const labels = legs.map(({ id, record }) => (record === null || isPlanned.has(id) ? id : labelIn(record)))
  return legs.map((leg, index) => {
    const label = labels[index] ?? leg.id
    const isOne = labels.filter((other) => other === label).length === 1
    return isOne && label.trim() !== '' ? { ...leg, id: label } : leg
  })
}

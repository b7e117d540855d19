import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { messageOf, sentence } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { artifactName, attemptName } from '../record/artifact-name.ts'
import { loadUploader } from '../record/upload.ts'
import type { ReportInputs } from './inputs.ts'
import type { Leg } from './leg.ts'
import { pageOf } from './page.ts'
import { svgOf } from './svg.ts'
import { spansOf, type Totals } from './totals.ts'

/**
 * Writes the page, and its picture by itself, to a folder of the runner's that goes when the job ends.
 * @returns the page's path; null where it could not be written, which costs the summary nothing
 */
export async function writePage(
  legs: readonly Leg[],
  totals: Totals,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  try {
    const folder = await mkdtemp(join(env.RUNNER_TEMP ?? tmpdir(), 'report-of-tasks-'))
    const page = join(folder, 'report.html')
    const spans = spansOf(legs)
    await writeFile(page, pageOf(legs, totals, titleOf(env)))
    if (spans.length > 0) await writeFile(join(folder, 'timeline.svg'), svgOf(spans))
    return page
  } catch (error) {
    runner.warning(
      `The page could not be written: ${sentence(messageOf(error))} The summary says the same.`,
      'ACODE-CTN-013',
    )
    return null
  }
}

function titleOf({
  GITHUB_REPOSITORY,
  GITHUB_WORKFLOW,
  GITHUB_RUN_NUMBER,
  GITHUB_RUN_ATTEMPT,
}: NodeJS.ProcessEnv): string {
  const again = GITHUB_RUN_ATTEMPT && GITHUB_RUN_ATTEMPT !== '1' ? `, attempt ${GITHUB_RUN_ATTEMPT}` : ''
  return `${GITHUB_REPOSITORY ?? ''} · ${GITHUB_WORKFLOW ?? ''} #${GITHUB_RUN_NUMBER ?? ''}${again}`
}

/** Uploads the page. The report is in the summary too, so a failure is a warning. */
export async function uploadPage(page: string, inputs: ReportInputs, env: NodeJS.ProcessEnv): Promise<void> {
  // With its dot it is no name of a task's record, which the next report would read.
  const stem = inputs.session ?? `r${env.GITHUB_RUN_ID ?? '0'}`
  const { 'artifact-name': given } = inputs
  const own = `acode-report.${stem}a${env.GITHUB_RUN_ATTEMPT ?? '1'}`
  const name = given === undefined ? own : attemptName(given, env.GITHUB_RUN_ATTEMPT)
  try {
    const upload = await loadUploader()
    await upload(dirname(page), artifactName(name), inputs['retention-days'])
  } catch (error) {
    runner.warning(messageOf(error), 'ACODE-CTN-013')
  }
}

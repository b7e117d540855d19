import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, sentence } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { artifactName, attemptName } from '../../record/artifact-name.ts'
import type { ReportInputs } from '../inputs.ts'
import type { Leg } from '../leg.ts'
import { pageOf } from '../page/page.ts'
import { svgOf } from '../page/svg.ts'
import { spansOf, type Totals, withoutSpan } from '../totals.ts'
import { uploadFile } from './upload-file.ts'

/**
 * Writes the page, and its picture by itself, to a folder of the runner's that goes when the job ends. The page
 * has the name that its artifact gets.
 * @returns the page's path; null when it could not be written, which costs the summary nothing
 */
export async function writePage(
  legs: readonly Leg[],
  totals: Totals,
  trend: readonly string[],
  inputs: ReportInputs,
  { env, temp }: { readonly env: NodeJS.ProcessEnv; readonly temp: string },
): Promise<string | null> {
  try {
    const folder = await mkdtemp(join(temp, 'report-of-tasks-'))
    const page = join(folder, pageName(inputs, env))
    const spans = spansOf(legs)
    await writeFile(page, pageOf(legs, totals, titleOf(env), trend))
    if (spans.length > 0) await writeFile(join(folder, 'timeline.svg'), svgOf(spans, withoutSpan(legs)))
    return page
  } catch (error) {
    runner.warning(
      `The page could not be written: ${sentence(messageOf(error))} The summary says the same.`,
      'ACODE-CTN-013',
    )
    return null
  }
}

/** A name that is the artifact's: with its dot it is none of a task's record, which the next report would read. */
function pageName({ session, 'artifact-name': given }: ReportInputs, env: NodeJS.ProcessEnv): string {
  const attempt = env.GITHUB_RUN_ATTEMPT ?? '1'
  const own = `acode-report.${session ?? `r${env.GITHUB_RUN_ID ?? '0'}`}a${attempt}`
  const name = given === undefined ? own : attemptName(given.replace(/\.html$/, ''), attempt)
  return `${artifactName(name)}.html`
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

/**
 * Uploads the page. The report is in the summary too, so a failure is a warning.
 * @returns where people find it; null when it was not uploaded
 */
export async function uploadPage(
  page: string,
  inputs: ReportInputs,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  try {
    return await uploadFile(page, inputs['retention-days'], env)
  } catch (error) {
    runner.warning(messageOf(error), 'ACODE-CTN-013')
    return null
  }
}

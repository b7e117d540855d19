import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { uploadFile } from '../artifacts/upload-file.ts'
import type { ReportInputs } from '../inputs.ts'
import type { Leg } from '../leg.ts'
import { earlierRunOf, historyName } from './earlier-run.ts'
import { earlierRuns } from './earlier-runs.ts'
import { trendOf } from './trend.ts'

/** What is new in this run, compared with as many earlier ones as the input `history` says; empty without it. */
export async function compareWithEarlier(
  legs: readonly Leg[],
  { history, 'github-token': token }: ReportInputs,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  if (history === 0 || token === undefined) return []
  return trendOf(legs, await earlierRuns(history, token, env))
}

/** Leaves what later runs compare with. What fails costs them this run, and this one nothing. */
export async function leaveForLater(
  legs: readonly Leg[],
  { history, 'retention-days': days }: ReportInputs,
  { env, temp }: { readonly env: NodeJS.ProcessEnv; readonly temp: string },
): Promise<void> {
  if (history === 0) return
  try {
    const folder = await mkdtemp(join(temp, 'history-of-tasks-'))
    const path = join(folder, historyName(env.GITHUB_JOB ?? '', env.GITHUB_RUN_ATTEMPT ?? '1'))
    await writeFile(path, JSON.stringify(earlierRunOf(legs)))
    await uploadFile(path, days, env)
  } catch (error) {
    runner.debug(`Later runs will not compare with this one: ${messageOf(error)}`)
  }
}

import { existsSync } from 'node:fs'
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isInContainer } from '../../engine/own-container.ts'
import { runnerPaths } from '../../github/paths.ts'
import { isErrno } from '../../host/open-folder.ts'
import type { StopSignals } from '../../host/signals.ts'
import type { RunFolder } from '../../record/folder.ts'

/** What a summary holds that is not written yet. */
const BLANK = '\n'

const PAUSE_MS = 500

/**
 * The end of our step, as the runner's own files show it. In a job's container main runs under `docker exec`, and the
 * runner signals that client alone: neither our input nor our output shows that it is gone. But the first thing that
 * the runner does then is to make of the step's summary, where it is not empty, a copy without secrets next to it
 * (`CreateStepSummaryCommand.ProcessCommand`). So a blank summary is there for as long as main is at work.
 */
export class StepEnd {
  readonly #summary: string | null
  readonly #signals: StopSignals

  /**
   * Watches for the end of the step, which cancels the run. Outside of containers signals arrive, and nothing is
   * watched; nor where the step's summary cannot be written.
   */
  static async watch(
    env: NodeJS.ProcessEnv,
    signals: StopSignals,
    inContainer: Promise<boolean> = isInContainer(),
  ): Promise<StepEnd> {
    const { summary } = runnerPaths(env)
    const isWatched = summary !== null && (await inContainer) && (await tryAppend(summary))
    const step = new StepEnd(isWatched ? summary : null, signals)
    if (isWatched) setInterval(() => step.isOver(), PAUSE_MS).unref()
    return step
  }

  private constructor(summary: string | null, signals: StopSignals) {
    this.#summary = summary
    this.#signals = signals
  }

  /** True when the step is over; the run is cancelled then. A summary that is gone went with all of the job's files. */
  isOver(): boolean {
    const summary = this.#summary
    if (summary === null) return false
    const isOver = existsSync(`${summary}-scrubbed`) || !existsSync(summary)
    if (isOver) this.#signals.end()
    return isOver
  }

  /** Leaves no summary of ours when there is none to come: main is about to end. */
  async withdraw(): Promise<void> {
    const summary = this.#summary
    if (summary === null || this.isOver()) return
    if ((await readFile(summary, 'utf8')) === BLANK) await truncate(summary)
  }
}

/** True when the file could be written: a job's container may run as another user than the runner. */
const tryAppend = (file: string): Promise<boolean> =>
  appendFile(file, BLANK).then(
    () => true,
    () => false,
  )

/** Main and post of one step take it, and only one of them gets it. */
const TOKEN = 'apply-token'

/**
 * Takes the right to change the runner's workspace: main before it applies what its task changed, post before anything
 * else, so that no main applies anything after that.
 * @returns false when the other one has it, or the run's folder is gone, as it is when the job is over
 */
export async function takeApplyToken(folder: RunFolder): Promise<boolean> {
  try {
    await writeFile(join(folder.root, TOKEN), '', { flag: 'wx' })
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST', 'ENOENT')) return false
    throw error
  }
}

/** Says that main ended after its step, so that log and annotations do not have how its task ended. */
const UNHEARD = 'unheard'

/** Written by main, for post. */
export const noteUnheard = (folder: RunFolder): Promise<void> => writeFile(join(folder.root, UNHEARD), '')

/** Whether main ended after its step. */
export const isUnheard = (folder: RunFolder): boolean => existsSync(join(folder.root, UNHEARD))

import { sentence } from '../../errors.ts'
import { formatSeconds } from '../../formats/units.ts'
import type { FoundSecret } from './secrets.ts'

/** How long an image may take until it runs, in seconds (IMG-6). */
export const START_BUDGET_SECONDS = 30
/** How long it may take to end when it is asked to, in seconds. */
export const STOP_BUDGET_SECONDS = 10

/** What came of starting an image as it is, with its own entrypoint and command. */
export interface Trial {
  /** Why the engine did not start it; null when it did. */
  readonly refused: string | null
  /** Seconds until its process ran, or where it has a health check, until that said so; null: it never did. */
  readonly startSeconds: number | null
  /** Null when it went on until it was stopped. */
  readonly exitCode: number | null
  readonly health: 'healthy' | 'unhealthy' | 'starting' | null
  /** Seconds between the wish that it ends and its end; null when it ended by itself. */
  readonly stopSeconds: number | null
  /** The last lines that it printed. */
  readonly lastLines: string
}

/** What is known of an image that is checked. */
export interface Checked {
  /** Null when it has no entrypoint and no command: there is nothing to try. */
  readonly trial: Trial | null
  readonly secrets: readonly FoundSecret[]
  /** True when its own user is root. */
  readonly isRoot: boolean
  readonly isStrict: boolean
}

/** Something to be said of an image: `fault` fails the task, `warning` is an annotation, `note` a line of the log. */
export interface ImageFinding {
  readonly level: 'fault' | 'warning' | 'note'
  readonly text: string
}

/** What is to be said of an image (IMG-2), the worst first. */
export function judgeImage({ trial, secrets, isRoot, isStrict }: Checked): ImageFinding[] {
  const found = [
    ...secrets.map(({ what, where, isCertain }) =>
      finding(
        isCertain ? 'fault' : 'warning',
        `${isCertain ? 'it has' : 'it may have'} a secret baked in: ${what} in ${where}, which anyone who has the image can read; build with build-secrets, and renew the secret`,
      ),
    ),
    ...(trial === null
      ? [finding('note', 'it has no entrypoint and no command: nothing was tried')]
      : judgeTrial(trial)),
    ...(isRoot && isStrict
      ? [
          finding(
            'note',
            'its own user is root, who no task is with profile strict; name another in the Dockerfile (USER)',
          ),
        ]
      : []),
  ]
  return LEVELS.flatMap((level) => found.filter((one) => one.level === level))
}

const LEVELS = ['fault', 'warning', 'note'] as const
const finding = (level: ImageFinding['level'], text: string): ImageFinding => ({ level, text })

/** The codes of a shell that cannot run a program, or does not find it. */
const CANNOT_RUN = new Set([126, 127])

function judgeTrial({
  refused,
  exitCode,
  health,
  startSeconds,
  stopSeconds,
  lastLines,
}: Trial): ImageFinding[] {
  if (refused !== null) return [finding('fault', `it does not start: ${refused}`)]
  const printed = lastLines === '' ? '' : ` (${lastLines})`
  const over = startSeconds !== null && startSeconds > START_BUDGET_SECONDS
  return [
    ...(exitCode !== null && CANNOT_RUN.has(exitCode)
      ? [finding('fault', `its entrypoint cannot be run: it ended with ${exitCode}${printed}`)]
      : []),
    ...(exitCode !== null && exitCode !== 0 && !CANNOT_RUN.has(exitCode)
      ? [finding('warning', `without arguments it ended with ${exitCode}${printed}`)]
      : []),
    ...(health === 'unhealthy' || (health === 'starting' && exitCode === null)
      ? [finding('fault', `its health check does not succeed${printed}`)]
      : []),
    ...(over
      ? [
          finding(
            'warning',
            `it took ${formatSeconds(startSeconds)} to start, and should within ${START_BUDGET_SECONDS} s`,
          ),
        ]
      : []),
    ...(stopSeconds !== null && stopSeconds >= STOP_BUDGET_SECONDS
      ? [
          finding(
            'warning',
            `it did not end within ${STOP_BUDGET_SECONDS} s when it was asked to (SIGTERM), and was killed`,
          ),
        ]
      : []),
  ]
}

/** What went well, for the log: `it started in 0.3 s, is healthy, and ended in 0.1 s`. */
export function trialLine({ startSeconds, exitCode, health, stopSeconds }: Trial): string {
  const parts = [
    startSeconds === null ? null : `started in ${formatSeconds(startSeconds)}`,
    health === 'healthy' ? 'is healthy' : null,
    exitCode === null ? null : `ended with ${exitCode}`,
    stopSeconds === null ? null : `ended ${formatSeconds(stopSeconds)} after it was asked to`,
  ].filter((part) => part !== null)
  return sentence(`It ${parts.join(', ')}`)
}

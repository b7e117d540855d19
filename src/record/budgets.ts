import { formatSeconds } from '../formats/units.ts'
import type { RunRecord } from './run-record.ts'

/** What an image may have, in bytes (IMG-6). */
const IMAGE_BYTES = 500 * 1000 ** 2
const SMALLER = 'A smaller image (a slim one, or less in its last stage) starts sooner.'
const ELSEWHERE = 'What took how long is in phases of run.json.'
/** How long a task may take until it runs, in seconds. */
const STARTUP_SECONDS = 30

/**
 * What to say of a task that is over budget, with the figures; null when none is.
 * @param waitedSeconds how long it waited for its turn and its services, which is no fault of its image
 */
export function budgetWarning(
  { budgets, container, phases, tries = [] }: RunRecord,
  waitedSeconds: number,
): string | null {
  const { imageBytes, startupSeconds } = budgets
  const large =
    imageBytes !== null && imageBytes > IMAGE_BYTES
      ? `the image ${container.image} has ${Math.round(imageBytes / 1000 ** 2)} MB, over ${IMAGE_BYTES / 1000 ** 2} MB`
      : null
  // What earlier tries took counts since the start of the step.
  const seconds = tries.length > 1 || startupSeconds === null ? 0 : startupSeconds - waitedSeconds
  const pulled = formatSeconds((phases.pull ?? 0) / 1000)
  const slow =
    seconds > STARTUP_SECONDS
      ? `the task started after ${formatSeconds(seconds)}, over ${STARTUP_SECONDS} s (${pulled} of them for its image)`
      : null
  const found = [large, slow].filter((one) => one !== null)
  if (found.length === 0) return null
  const isByImage = large !== null || (phases.pull ?? 0) >= (seconds * 1000) / 2
  return `Over budget: ${found.join(', and ')}. ${isByImage ? SMALLER : ELSEWHERE}`
}

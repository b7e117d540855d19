import { z } from 'zod'
import type { Status } from '../errors.ts'

/** The classes of failures after which a task may be tried again; `exit:N` is another. */
const RETRY_CLASSES = ['pull', 'engine', 'out-of-memory', 'timeout'] as const

/** One of them, or an exit code of the task's own. */
export type RetryClass = (typeof RETRY_CLASSES)[number] | `exit:${number}`

const MOST_RETRIES = 10

const isClass = (text: string): text is RetryClass =>
  RETRY_CLASSES.some((one) => one === text) || /^exit:([1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/.test(text)

const retryClass = z.string().refine(isClass, {
  error: `has to be one of ${RETRY_CLASSES.join(', ')}, or exit: and a code from 1 to 255`,
})

/** How often a task is tried again, and after which failures. */
export const retrySchema = z.strictObject({
  max: z
    .int('has to be a whole number')
    .min(0, 'is negative')
    .max(MOST_RETRIES, `is over ${MOST_RETRIES}`)
    .default(1),
  on: z.array(retryClass).min(1, 'is empty').default(['pull', 'engine']),
})

/** The same as values. */
export type Retry = z.output<typeof retrySchema>

/** How a try ended, as far as it decides whether there is another. */
export interface TriedOutcome {
  readonly status: Status
  readonly exitCode: number | null
  readonly errorCode: string | null
}

/**
 * The class of a failed try; null when no other try would be any better: invalid input, a refusal, a cancel.
 * @param byEngine whether it was the engine that failed, where the code alone does not say
 */
export function retryClassOf(
  { status, exitCode, errorCode }: TriedOutcome,
  byEngine: boolean,
): RetryClass | null {
  if (status === 'timed-out') return 'timeout'
  if (status === 'out-of-memory') return 'out-of-memory'
  if (status === 'failed') return exitCode ? `exit:${exitCode}` : null
  if (status !== 'error') return null
  if (errorCode === 'ACODE-CTN-004') return 'pull'
  return errorCode === 'ACODE-CTN-005' || (errorCode === 'ACODE-CTN-003' && byEngine) ? 'engine' : null
}

/** Reads the input: YAML or JSON as a payload has it, a number of retries, or classes, one a line. */
export function retryFields(value: unknown): unknown {
  if (typeof value === 'number') return { max: value }
  if (Array.isArray(value)) return { on: value }
  if (typeof value === 'string') return { on: wordsOf(value) }
  if (typeof value !== 'object' || value === null || !('on' in value) || typeof value.on !== 'string')
    return value
  return { ...value, on: wordsOf(value.on) }
}

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

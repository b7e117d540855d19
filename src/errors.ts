/** How a task ended, as run.json and the `status` output say it. */
export const STATUSES = [
  'succeeded',
  'failed',
  'timed-out',
  'out-of-memory',
  'cancelled',
  'skipped',
  'error',
] as const

/** One of {@link STATUSES}. */
export type Status = (typeof STATUSES)[number]

/** The error codes that users rely on (CTN-12), each with what it stands for. */
export const ERROR_CODES = {
  'ACODE-CTN-001': 'container already exists and its owner is alive',
  'ACODE-CTN-002': 'cleanup failed',
  'ACODE-CTN-003': 'container could not be created or started',
  'ACODE-CTN-004': 'image could not be pulled, built or found',
  'ACODE-CTN-005': 'no container engine, or it does not answer',
  'ACODE-CTN-006': 'invalid task or input',
  'ACODE-CTN-007': 'timed out',
  'ACODE-CTN-008': 'killed for memory',
  'ACODE-CTN-009': 'cancelled',
  'ACODE-CTN-010': 'workspace could not be isolated, or its changes not collected or applied',
  'ACODE-CTN-011': 'refused: breaks isolation',
  'ACODE-CTN-012': 'required capability missing',
  'ACODE-CTN-013': 'record could not be written, uploaded or read',
  'ACODE-CTN-014': 'a service did not get ready, or ended before the task',
} as const

/** One of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES

/** A failure that the user can act on: its message says what happened, to what, and what to do about it. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
  readonly code: ErrorCode
  readonly status: Status

  constructor(code: ErrorCode, message: string, options?: { status?: Status; cause?: unknown }) {
    super(message, { cause: options?.cause })
    this.code = code
    this.status = options?.status ?? 'error'
  }
}

/** Several failures as one; a single one as it is. What breaks isolation gives its code to all. */
export function jointError(errors: readonly TaskError[], what: string): TaskError {
  const [first, ...others] = errors
  if (first && others.length === 0) return first
  const refused = errors.find(({ code }) => code === 'ACODE-CTN-011')
  const lines = errors.map(({ message }) => `  - ${message}`)
  const text = `${what} ${errors.length} problems:\n${lines.join('\n')}`
  return new TaskError(refused?.code ?? first?.code ?? 'ACODE-CTN-006', text)
}

/** A text of any origin as a sentence: with a full stop, where it does not end already. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd()
  return /[.?!…]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The title of an annotation for anything thrown: its code, else `otherwise`; a full disk is the record's (ACODE-CTN-013). */
export function titleOf(error: unknown, otherwise = 'Internal error of the action'): string {
  if (error instanceof TaskError) return error.code
  return isDiskFull(error) ? 'ACODE-CTN-013' : otherwise
}

/** Like {@link messageOf}, with what to do where the disk is full. */
export function adviceOf(error: unknown): string {
  if (!isDiskFull(error)) return messageOf(error)
  return `The runner’s disk is full: ${sentence(messageOf(error))} Free space in RUNNER_TEMP and run the job again; what is written of a record is uploaded.`
}

/** By the system's code; what a task's own error has to say it says itself. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof TaskError) &&
  (('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) || isDiskFull(error.cause))

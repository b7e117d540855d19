import { constants } from 'node:os'
import type { ErrorCode, Status } from '../errors.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'

/** How the run of a container came to its end, from our side. */
export type EndedBy = 'exit' | 'timeout' | 'cancel' | 'broken'

/** What the engine says of an ended container. */
export interface ExitState {
  readonly exitCode: number
  readonly oomKilled: boolean
}

/** A task's outcome (RUN-11). */
export interface Outcome {
  readonly status: Status
  readonly exitCode: number
  /** The signal behind an exit code over 128; null where there is none. */
  readonly signal: string | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
  /** Something the user should know of a task that succeeded. */
  readonly warning: string | null
}

/** What the outcome's message mentions. */
export interface OutcomeContext {
  readonly container: string
  readonly timeoutSeconds: number
  readonly memoryBytes: number | undefined
  /** What a task is that was started and ended by a cancel. */
  readonly onCancel: 'cancelled' | 'succeeded'
  /** Why what the task needs broke, where that ended it. */
  readonly broken?: { readonly code: ErrorCode; readonly message: string } | null
}

/** Judges a run: the container's exit decides, unless we ended it ourselves or its memory was not enough. */
export function outcomeOf(endedBy: EndedBy, state: ExitState, context: OutcomeContext): Outcome {
  const { exitCode, oomKilled } = state
  const signal = signalOf(exitCode)
  const base = { exitCode, signal, warning: null }
  if (endedBy === 'cancel' && context.onCancel === 'succeeded')
    return { ...base, status: 'succeeded', error: null }
  if (endedBy === 'cancel')
    return {
      ...base,
      status: 'cancelled',
      error: {
        code: 'ACODE-CTN-009',
        message: `The task was cancelled; its container ${context.container} was stopped.`,
      },
    }
  if (endedBy === 'broken' && context.broken) {
    const { code, message } = context.broken
    return { ...base, status: 'error', error: { code, message } }
  }
  if (endedBy === 'timeout')
    return {
      ...base,
      status: 'timed-out',
      error: {
        code: 'ACODE-CTN-007',
        message: `The task did not end within ${formatSeconds(context.timeoutSeconds)}; its container ${context.container} was stopped. Give it more time with timeout, or find out what it waits for in its log.`,
      },
    }
  if (oomKilled && exitCode !== 0)
    return {
      ...base,
      status: 'out-of-memory',
      error: {
        code: 'ACODE-CTN-008',
        message: `${outOfMemory(context)} Give it more with memory, or let it need less.`,
      },
    }
  if (exitCode === 0)
    return {
      ...base,
      status: 'succeeded',
      error: null,
      warning: oomKilled ? `${outOfMemory(context)} It went on and exited 0, but may have lost work.` : null,
    }
  return { ...base, status: 'failed', error: null }
}

const outOfMemory = ({ container, memoryBytes }: OutcomeContext): string =>
  `A process of the task in container ${container} was killed for memory (limit ${memoryBytes === undefined ? 'of the machine' : formatBytes(memoryBytes)}).`

function signalOf(exitCode: number): string | null {
  const entry = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)
  return exitCode > 128 ? (entry?.[0] ?? null) : null
}

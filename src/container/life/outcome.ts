import { constants } from 'node:os'
import type { ErrorCode, Status } from '../../errors.ts'
import { formatBytes, formatSeconds } from '../../formats/units.ts'
import type { MemoryKill } from './memory-kill.ts'

/** How the run of a container came to its end, from our side. */
export type RunEnd = 'exit' | 'timeout' | 'cancel' | 'broken'

/** What is known of an ended container. */
export interface ExitState {
  readonly exitCode: number
  readonly memoryKill: MemoryKill
}

/** A task's outcome (RUN-11). */
interface Outcome {
  readonly status: Status
  readonly exitCode: number
  /** The signal behind an exit code over 128; null when there is none. */
  readonly signal: string | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
  /** Something the user should know of a task that succeeded. */
  readonly warning: string | null
}

/** What the outcome's message mentions. */
interface OutcomeContext {
  readonly container: string
  readonly timeoutSeconds: number
  readonly memoryBytes: number | undefined
  /** What a task is that was started and ended by a cancel. */
  readonly onCancel: 'cancelled' | 'succeeded'
  /** Why what the task needs broke, where that ended it. */
  readonly broken?: { readonly code: ErrorCode; readonly message: string } | null
}

/** Judges a run: the container's exit decides, unless we ended it ourselves or its memory was not enough. */
export function outcomeOf(endedBy: RunEnd, state: ExitState, context: OutcomeContext): Outcome {
  const { exitCode, memoryKill } = state
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
  if (memoryKill !== null && exitCode !== 0)
    return {
      ...base,
      status: 'out-of-memory',
      error: {
        code: 'ACODE-CTN-008',
        message: `${outOfMemory(memoryKill, context)} ${MORE_MEMORY[memoryKill]}`,
      },
    }
  if (exitCode === 0)
    return {
      ...base,
      status: 'succeeded',
      error: null,
      warning: memoryKill
        ? `${outOfMemory(memoryKill, context)} It went on and exited 0, but may have lost work.`
        : null,
    }
  return { ...base, status: 'failed', error: null }
}

function outOfMemory(by: 'limit' | 'machine', { container, memoryBytes }: OutcomeContext): string {
  const limit = memoryBytes === undefined ? 'of the machine' : formatBytes(memoryBytes)
  const why = by === 'limit' ? `limit ${limit}` : NO_MORE
  return `A process of the task in container ${container} was killed for memory (${why}).`
}

const NO_MORE = 'the machine had none left; the task had not reached its own limit'
const MORE_MEMORY = {
  limit: 'Give it more with memory, or let it need less.',
  machine: 'Run fewer tasks at once on this machine (max-containers), or give each a limit with memory.',
} as const

function signalOf(exitCode: number): string | null {
  const entry = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)
  return exitCode > 128 ? (entry?.[0] ?? null) : null
}

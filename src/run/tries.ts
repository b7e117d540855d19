import { setTimeout as sleep } from 'node:timers/promises'
import { EngineError } from '../engine/errors.ts'
import { TaskError } from '../errors.ts'
import { formatSeconds } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import { removeFolder } from '../host/files.ts'
import type { Image } from '../image/image.ts'
import { makePrivate } from '../record/folder.ts'
import type { Try } from '../record/record-parts.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { type RetryClass, retryClassOf } from '../task/retry.ts'
import type { Context } from './context/context.ts'
import { Scope } from './context/scope.ts'
import { judgeFailure } from './context/verdict.ts'

/** One try of a task. It has its own scope: all that it made is gone before the next one. */
export interface OneTry {
  readonly context: Context
  /** Asked when the task has ended: whether it is to be tried again. Then nothing of what it left is wanted. */
  readonly isDiscarded: () => boolean
}

/** What the tries of a task come to, those that failed among them. */
export class Tally {
  #image: Image | null = null
  #waitedMs = 0

  /** A try has an image. */
  hasImage(image: Image): void {
    this.#image = image
  }

  /** A try has waited for its turn and its services. */
  hasWaited(milliseconds: number): void {
    this.#waitedMs += milliseconds
  }

  /** The image of the last try that had one; null: none had. */
  get image(): Image | null {
    return this.#image
  }

  /** How long all of them waited for that. */
  get waitedSeconds(): number {
    return this.#waitedMs / 1000
  }
}

/** Tries a task until it ends in a way that another try would not change. Whatever fails is in the record. */
export async function inTries(
  context: Context,
  { retry }: Pick<ContainerSpec, 'retry'>,
  work: (one: OneTry) => Promise<void>,
): Promise<void> {
  const { run, signals } = context
  const { recorder } = run
  const max = retry?.max ?? 0
  for (let number = 1; ; number++) {
    const begun = { at: new Date(), ms: performance.now() }
    const leftBefore = recorder.record.cleanup.failed.length
    let thrown: unknown = null
    let isDiscarded = false
    // What cannot be removed would be in the way of another container of this name.
    const nextClass = () =>
      number > max || signals.cancel.aborted || recorder.record.cleanup.failed.length > leftBefore
        ? null
        : classIn(recorder.record, thrown, retry?.on ?? [])
    try {
      const own = { ...context, tryNumber: number, scope: new Scope() }
      const discards = () => {
        isDiscarded = nextClass() !== null
        return isDiscarded
      }
      await work({ context: own, isDiscarded: discards })
    } catch (error) {
      thrown = error
      // A run whose time was up has its verdict already.
      if (!signals.late.aborted) recorder.learn(await judgeFailure(context, error))
    }
    const failureClass = nextClass()
    if (max > 0) recorder.learn({ tries: [tryOf(recorder.record, begun)] })
    if (failureClass === null && isDiscarded) warnOfDiscarded(context, number)
    if (failureClass === null) return warnOfFlaky(context, number)
    await prepareNext(context, { failureClass, number, max })
  }
}

function tryOf(
  { status, exitCode, error }: TriedRecord,
  { at, ms }: { readonly at: Date; readonly ms: number },
): Try {
  const durationSeconds = Math.round(performance.now() - ms) / 1000
  return { status, exitCode, errorCode: error?.code ?? null, startedAt: at.toISOString(), durationSeconds }
}

type TriedRecord = Context['run']['recorder']['record']

/** The class of a try's failure, where it is one of those to try again after. */
function classIn(
  { status, exitCode, error }: TriedRecord,
  thrown: unknown,
  on: readonly RetryClass[],
): RetryClass | null {
  const found = retryClassOf({ status, exitCode, errorCode: error?.code ?? null }, isEngines(thrown))
  return found !== null && on.includes(found) ? found : null
}

/** Whether it was the engine that failed. That it refuses what was asked for is the task's own fault. */
function isEngines(error: unknown): boolean {
  const cause = error instanceof TaskError ? error.cause : error
  return cause instanceof EngineError && cause.reason !== 'refused'
}

/** Between two tries: a registry and an engine are given time to come back. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
const NEEDS_TIME: readonly RetryClass[] = ['pull', 'engine']

interface Failed {
  readonly failureClass: RetryClass
  readonly number: number
  readonly max: number
}

/** Says that there is another try, waits where that helps, and gives it a folder with nothing of the last one in it. */
async function prepareNext({ run, signals }: Context, { failureClass, number, max }: Failed): Promise<void> {
  const { recorder, folder, owner } = run
  const why = recorder.record.error?.message ?? `it exited with ${recorder.record.exitCode}`
  const pauseMs = NEEDS_TIME.includes(failureClass)
    ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (number - 1))
    : 0
  const line = `Try ${number} of ${max + 1} failed (${failureClass}), and is tried again${pauseMs > 0 ? ` in ${formatSeconds(pauseMs / 1000)}` : ''}: ${why}`
  runner.notice(line, 'Retry')
  recorder.log.write(recorder.redaction.text(`${line}\n`))
  recorder.event('task.container.retried', { try: number, class: failureClass })
  recorder.forgetTry()
  await sleep(pauseMs, undefined, { signal: signals.cancel }).catch(() => undefined)
  await removeFolder(folder.private)
  await makePrivate(folder, owner)
}

/** Nothing of a try is collected where another is to follow it. Since then, something has come between. */
function warnOfDiscarded({ run: { recorder }, signals }: Context, number: number): void {
  const why = signals.cancel.aborted ? 'the job was cancelled' : 'not all of it could be removed'
  const line = `Try ${number} was to be tried again, so nothing that it left was collected (outputs, artifacts, changes), and then ${why}: it is the last one.`
  runner.warning(line, 'Retry')
  recorder.log.write(recorder.redaction.text(`${line}\n`))
}

/** A task that passed only when it was tried again is never plain green. */
function warnOfFlaky({ run: { recorder } }: Context, number: number): void {
  if (number === 1 || recorder.record.status !== 'succeeded') return
  runner.warning(
    `${recorder.record.container.name} succeeded at try ${number}: it is flaky. How the tries before ended is in the log and in tries of run.json.`,
    'Flaky',
  )
}

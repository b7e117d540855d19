import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, sentence } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { finished } from '../record/derived.ts'
import { appendEvent, finishedEvent } from '../record/events.ts'
import { type RecordPaths, writeRecord } from '../record/folder.ts'
import { newRecord } from '../record/new-record.ts'
import { readRecord } from '../record/read-record.ts'
import type { RunRecord } from '../record/run-record.ts'
import { publishKilled } from '../record/summary/publish.ts'
import { unfinished } from '../record/unfinished.ts'
import type { When } from '../record/when.ts'
import type { RunState } from '../run/context/state.ts'
import { VERSION } from '../version.ts'

/** The record that main left, or one in its place. */
interface LeftRecord {
  readonly record: RunRecord
  /** True when main did not finish it. */
  readonly isOpen: boolean
  /** True when nothing has reported yet how the task ended: main was ended, or its step before it. */
  readonly isUnheard: boolean
}

/** Reads the record that main left. Of a main that was killed before it wrote one, or whose record cannot be read, it is new. */
export async function readLeft(
  state: RunState,
  paths: RecordPaths,
  wasUnheard: boolean,
): Promise<LeftRecord> {
  const found = await readRecord(paths.run)
  if (found.record) {
    const isOpen = found.record.finishedAt === null
    return { record: found.record, isOpen, isUnheard: isOpen || wasUnheard }
  }
  const record = newRecord(state, process.env, VERSION, new Date(state.startedAt))
  if (found.fault === null) return { record, isOpen: true, isUnheard: true }
  const message = `What main wrote to ${paths.run} cannot be read: ${found.fault}. How the task ended is in the log of main's step.`
  runner.warning(message, 'ACODE-CTN-013')
  const failed: RunRecord = { ...record, status: 'error', error: { code: 'ACODE-CTN-013', message } }
  return { record: finished(failed, await secondsOfLife(record, paths)), isOpen: false, isUnheard: false }
}

/** Writes what post did into the record, and finishes that of a main that was killed before it could. */
export async function finishLeft(
  { record: left, isOpen, isUnheard }: LeftRecord,
  paths: RecordPaths,
  summary: When,
): Promise<void> {
  const record = isOpen
    ? finished({ ...left, ...unfinished(left, 'Main was ended') }, await secondsOfLife(left, paths))
    : left
  try {
    await mkdir(dirname(paths.run), { recursive: true })
    const failure = isOpen ? appendEvent(paths.events, finishedEvent(record)) : null
    if (failure) runner.warning(`events.jsonl is not whole: ${failure.message}`, 'ACODE-CTN-013')
    await writeRecord(paths.run, record)
  } catch (error) {
    runner.warning(
      `What post did is not in ${paths.run}: ${sentence(messageOf(error))} Free space in RUNNER_TEMP.`,
      'ACODE-CTN-013',
    )
  }
  if (isUnheard) await publishKilled(record, summary)
}

/** How long main lived as far as its files show: until it last wrote one. */
async function secondsOfLife({ startedAt }: RunRecord, paths: RecordPaths): Promise<number> {
  const files = await Promise.all(
    [paths.run, paths.events, paths.log].map((path) => stat(path).catch(() => null)),
  )
  const last = Math.max(0, ...files.map((file) => file?.mtimeMs ?? 0))
  return Math.max(0, Math.round(last - Date.parse(startedAt)) / 1000)
}

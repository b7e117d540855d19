import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import type { RunRecord } from './run-record.ts'

/** The types of events in `events.jsonl` (RUN-9). */
export type EventType =
  | 'task.container.phase'
  | 'task.container.started'
  | 'task.container.retried'
  | 'task.container.finished'

/** One event of a run as CloudEvents 1.0 JSON, one line. */
export function cloudEvent(type: EventType, record: RunRecord, data: object): string {
  return JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    source: `/acode/${record.git.repository}`,
    type,
    subject: record.container.name,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data,
  })
}

/** The event of a container that is about to be started. */
export function startedEvent(record: RunRecord): string {
  const { container, commandSummary } = record
  const data = { image: container.image, command: commandSummary, container: container.id }
  return cloudEvent('task.container.started', record, data)
}

/** The event that ends a run. */
export function finishedEvent(record: RunRecord): string {
  const { container, commandSummary, status, exitCode, timedOut, durationSeconds } = record
  const data = {
    image: container.image,
    command: commandSummary,
    status,
    exitCode,
    timedOut,
    durationSeconds,
  }
  return cloudEvent('task.container.finished', record, data)
}

/**
 * Appends an event at once, so that it is there also when the process is killed next.
 * @returns why it could not be written, or null
 */
export function appendEvent(path: string, line: string): Error | null {
  try {
    appendFileSync(path, `${line}\n`)
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

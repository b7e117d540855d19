import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'

/** The types of events in `events.jsonl` (RUN-9). */
export type EventType = 'task.container.phase' | 'task.container.started' | 'task.container.finished'

/** One event as CloudEvents 1.0 JSON, one line. */
export function cloudEvent(
  type: EventType,
  source: string,
  subject: string,
  data: object,
  time: Date,
): string {
  return JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    source,
    type,
    subject,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    data,
  })
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

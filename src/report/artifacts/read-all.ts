import * as runner from '../../github/runner.ts'
import { type Found, readFound } from './found.ts'
import type { RecordFiles } from './record-files.ts'

/** Records read at a time: each is one or two requests that mostly wait. */
const AT_ONCE = 12
const TELL_EVERY = 50
/** Well below the time that the report's job has: what is known by then is reported. */
const GIVE_UP_MS = 5 * 60_000

/** Reads all records, several at a time, in their order. */
export async function readAllFound(records: readonly RecordFiles[]): Promise<Found[]> {
  runner.info(records.length === 1 ? '1 record of a task found' : `${records.length} records of tasks found`)
  const found: Found[] = []
  const waiting = records.entries()
  const giveUp = performance.now() + GIVE_UP_MS
  let done = 0
  const worker = async () => {
    for (const [index, files] of waiting) {
      found[index] = performance.now() < giveUp ? await readFound(files) : notRead(files)
      if (++done % TELL_EVERY === 0) runner.info(`${done} of ${records.length} read`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return found
}

function notRead({ name: artifact, link }: RecordFiles): Found {
  const reason = 'there was no time left to read it; run the report again'
  return { artifact, link, record: null, logEnd: null, reason }
}

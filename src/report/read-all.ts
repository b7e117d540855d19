import * as runner from '../engine/runner.ts'
import { type Found, readFound } from './found.ts'
import type { RecordFiles } from './record-files.ts'

/** Records read at a time: each is one or two requests that mostly wait. */
const AT_ONCE = 12
const TELL_EVERY = 50

/** Reads all records, several at a time, in their order. */
export async function readAllFound(records: readonly RecordFiles[]): Promise<Found[]> {
  runner.info(`${records.length} records of tasks found`)
  const found: Found[] = []
  const waiting = records.entries()
  let done = 0
  const worker = async () => {
    for (const [index, files] of waiting) {
      found[index] = await readFound(files)
      if (++done % TELL_EVERY === 0) runner.info(`${done} of ${records.length} read`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return found
}

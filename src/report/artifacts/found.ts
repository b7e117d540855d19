import { prettifyError } from 'zod'
import { messageOf } from '../../errors.ts'
import { shorten } from '../../formats/text.ts'
import { RECORDED_BYTES } from '../../record/collect/task-outputs.ts'
import { type RunRecord, runRecordSchema } from '../../record/run-record.ts'
import { isFields } from '../../task/fields.ts'
import { type RecordFile, type RecordFiles, readEnd, readRecordText, recordsAmong } from './record-files.ts'

/** What one artifact holds: a record, or the reason why it is not known. */
export interface Found {
  readonly artifact: string
  readonly link: string | null
  readonly record: RunRecord | null
  /** The end of the log of a task that did not succeed. */
  readonly logEnd: string | null
  /** Why there is no record, or no log; null when there is nothing to say. */
  readonly reason: string | null
}

/** A record of many artifacts, events and kept orphans is far smaller. */
const LONGEST_RECORD = 16 * 1024 * 1024
/** Reading more of a log takes longer than its last lines are worth. */
const LONGEST_LOG = 1024 * 1024 * 1024
const KEPT_LOG = 64 * 1024
const LONGEST_TEXT = 2000
const LONGEST_LIST = 200

/** Reads a record and, where its task did not succeed, the end of its log. What cannot be read is reported, not thrown. */
export async function readFound(files: RecordFiles): Promise<Found> {
  const { name: artifact, link } = files
  const found = { artifact, link, record: null, logEnd: null }
  try {
    const list = await files.list()
    const [run] = recordsAmong(list)
    if (!run) return { ...found, reason: 'it holds no metadata/run.json' }
    const parsed = runRecordSchema.safeParse(
      boundedRecord(JSON.parse(await readRecordText(run, LONGEST_RECORD))),
    )
    if (!parsed.success)
      return { ...found, reason: `run.json is not as it should be: ${faults(parsed.error)}` }
    const record = parsed.data
    if (record.status === 'succeeded' || record.status === 'skipped')
      return { ...found, record, reason: null }
    const log = list.find(({ path }) => path === run.path.replace(/metadata\/run\.json$/, 'logs/runner.log'))
    return { ...found, record, ...(await endOf(log)) }
  } catch (error) {
    return { ...found, reason: messageOf(error) }
  }
}

/** Outputs are for programs, which half a value would mislead: they are kept whole, or not at all. */
function boundedRecord(value: unknown): unknown {
  if (!isFields(value) || value.outputs === undefined) return bounded(value)
  const { outputs, ...record } = value
  const isShort = Buffer.byteLength(JSON.stringify(outputs)) <= 2 * RECORDED_BYTES
  return { ...Object(bounded(record)), ...(isShort && { outputs }) }
}

/** All records are held at once: of each text and list, only what a report can show is kept. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string') return shorten(value, LONGEST_TEXT)
  if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map(bounded)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, bounded(one)]))
}

async function endOf(log: RecordFile | undefined): Promise<Pick<Found, 'logEnd' | 'reason'>> {
  if (!log) return { logEnd: null, reason: 'there is no log' }
  if (log.bytes > LONGEST_LOG) return { logEnd: null, reason: 'the log is too long to be shown here' }
  try {
    return { logEnd: await readEnd(log, KEPT_LOG), reason: null }
  } catch (error) {
    return { logEnd: null, reason: `the log cannot be read: ${messageOf(error)}` }
  }
}

const faults = (error: Parameters<typeof prettifyError>[0]): string =>
  prettifyError(error).split('\n').slice(0, 6).join(' ')

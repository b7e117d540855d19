import { readFile } from 'node:fs/promises'
import { messageOf } from '../errors.ts'
import { isErrno } from '../host/open-folder.ts'
import { type RunRecord, runRecordSchema } from './run-record.ts'

/** Reads `run.json` back; without it, `fault` says why it cannot be read, and is null when there is none. */
export async function readRecord(path: string): Promise<{ record: RunRecord | null; fault: string | null }> {
  try {
    const record = runRecordSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    return { record, fault: null }
  } catch (error) {
    return { record: null, fault: isErrno(error, 'ENOENT') ? null : messageOf(error) }
  }
}

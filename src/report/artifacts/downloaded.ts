import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import { lstatIfThere } from '../../host/files.ts'
import { containerOf, runFolderAt } from '../../record/folder.ts'
import { countRecords, isOfRecord, isRecordName, type RecordFile, type RecordFiles } from './record-files.ts'

/**
 * The records in a folder that actions/download-artifact filled: a folder for each artifact, or the files of the
 * only one. In the runner's temporary folder they are those of this job's own tasks.
 * @throws TaskError ACODE-CTN-006 when there is no such folder
 */
export async function downloadedRecords(folder: string): Promise<RecordFiles[]> {
  try {
    const paths = await recordsIn(folder)
    if (paths.length === 0) await requireOne(folder)
    return await Promise.all((paths.length > 0 ? paths : [folder]).map(recordAt))
  } catch (error) {
    if (error instanceof TaskError) throw error
    throw new TaskError(
      'ACODE-CTN-006',
      `Input path: ${folder} cannot be read: ${sentence(messageOf(error))} Download the artifacts into it first (actions/download-artifact), or leave path out.`,
      { cause: error },
    )
  }
}

/** Records that were put into one folder have replaced each other: what is left of them would pass as all there is. */
async function requireOne(folder: string): Promise<void> {
  const count = countRecords(await recordFilesBelow(folder))
  if (count > 1)
    throw new TaskError(
      'ACODE-CTN-006',
      `Input path: ${folder} has the records of ${count} tasks in one folder, where they replaced each other. Download each artifact into its own folder (actions/download-artifact without merge-multiple), or leave path out.`,
    )
}

/**
 * The records of the tasks that ran in this job, in the runner's temporary folder, where they are until the job ends.
 * Each is named as its artifact will be by default.
 * @throws TaskError ACODE-CTN-013 when that folder cannot be read
 */
export async function jobRecords(temp: string): Promise<RecordFiles[]> {
  try {
    const records = await Promise.all((await recordsIn(temp)).map(recordAt))
    return records.map((record) => ({ ...record, name: containerOf(record.name) }))
  } catch (error) {
    const why = `The records of this job's tasks in ${temp} cannot be read: ${messageOf(error)}.`
    throw new TaskError('ACODE-CTN-013', why, { cause: error })
  }
}

async function recordsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory() && isRecordName(entry.name))
  return folders.map(({ name }) => join(folder, name))
}

async function recordAt(path: string): Promise<RecordFiles> {
  const root = await recordFolder(path)
  return { name: basename(path), link: null, list: () => recordFilesBelow(root) }
}

/** Where the record is: of a run that is not over there are other things next to it, which the task may have written. */
async function recordFolder(path: string): Promise<string> {
  const { record } = runFolderAt(path)
  return (await lstatIfThere(record))?.isDirectory() ? record : path
}

async function recordFilesBelow(folder: string): Promise<RecordFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const full = join(entry.parentPath, entry.name)
      return { full, path: relative(folder, full).split(sep).join('/') }
    })
  return Promise.all(
    files
      .filter(({ path }) => isOfRecord(path))
      .map(async ({ full, path }) => ({
        path,
        bytes: (await lstat(full)).size,
        open: async () => createReadStream(full),
      })),
  )
}

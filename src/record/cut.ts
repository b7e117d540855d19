import { copyFile, lstat, mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { formatBytes } from '../formats/units.ts'
import type { RecordPaths, RunFolder } from './folder.ts'

/** What is kept of a log that is too long. */
const LOG_END_BYTES = 1024 * 1024
/** How many of the files that are left out are named. */
const NAMED = 200

/** A file of a record. */
interface SizedFile {
  readonly path: string
  readonly bytes: number
}

/** All files of a folder. */
export async function filesOf(folder: string): Promise<SizedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.map(async (path) => ({ path, bytes: (await lstat(path)).size })))
}

/**
 * What of a record goes into so many bytes, in the order of its worth: what the run says of itself, the log or its end,
 * then changes and all else where it fits whole. Half a patch or artifact would be of no use.
 */
export function chooseCut(
  files: readonly SizedFile[],
  paths: RecordPaths,
  mostBytes: number,
): { whole: readonly SizedFile[]; logEnd: SizedFile | null; leftOut: readonly SizedFile[] } {
  const worth = ({ path }: SizedFile) =>
    [dirname(paths.run), paths.log, paths.base].findIndex((first) => path.startsWith(first))
  const isLong = ({ path, bytes }: SizedFile) => path === paths.log && bytes > LOG_END_BYTES
  const logEnd = files.find(isLong) ?? null
  const inOrder = files
    .filter((file) => file !== logEnd)
    .toSorted((one, other) => worth(one) - worth(other) || one.bytes - other.bytes)
  let left = mostBytes - (logEnd ? LOG_END_BYTES : 0)
  const whole = inOrder.filter(({ bytes }) => {
    if (bytes > left) return false
    left -= bytes
    return true
  })
  return { whole, logEnd, leftOut: inOrder.filter((file) => !whole.includes(file)) }
}

/** Makes a part of a record in a folder that is not there yet, with a file that says what is not in it. */
export async function cutRecord(
  { record }: RunFolder,
  paths: RecordPaths,
  into: string,
  mostBytes: number,
): Promise<void> {
  const { whole, logEnd, leftOut } = chooseCut(await filesOf(record), paths, mostBytes)
  const target = async (path: string) => {
    const copy = join(into, relative(record, path))
    await mkdir(dirname(copy), { recursive: true })
    return copy
  }
  for (const { path } of whole) await copyFile(path, await target(path))
  if (logEnd) await writeFile(await target(logEnd.path), await endOf(logEnd))
  const note = join(dirname(paths.run), 'left-out.txt')
  await writeFile(
    await target(note),
    noteOf(logEnd, leftOut, (path) => relative(record, path)),
  )
}

/** The end of a log, from the start of a line. */
async function endOf({ path, bytes }: SizedFile): Promise<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(LOG_END_BYTES)
    const { bytesRead } = await file.read(buffer, 0, LOG_END_BYTES, bytes - LOG_END_BYTES)
    return buffer.subarray(buffer.indexOf('\n') + 1, bytesRead)
  } finally {
    await file.close()
  }
}

function noteOf(
  logEnd: SizedFile | null,
  leftOut: readonly SizedFile[],
  name: (path: string) => string,
): string {
  const lines = leftOut.slice(0, NAMED).map(({ path, bytes }) => `${name(path)} (${formatBytes(bytes)})`)
  if (leftOut.length > NAMED) lines.push(`and ${leftOut.length - NAMED} more`)
  const ofLog = logEnd && `Of ${basename(logEnd.path)} only the last ${formatBytes(LOG_END_BYTES)} are here.`
  return [
    'The job was cancelled or its runner shut down, and the record is too large for the time that was left.',
    ...(ofLog ? [ofLog] : []),
    ...(lines.length > 0 ? ['Left out:', ...lines] : []),
    '',
  ].join('\n')
}

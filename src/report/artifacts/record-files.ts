import type { Readable } from 'node:stream'

/** A file of a record, wherever it is. */
export interface RecordFile {
  /** Relative, with `/`. */
  readonly path: string
  readonly bytes: number
  open(): Promise<Readable>
}

/** One artifact, or the folder of one that was downloaded. */
export interface RecordFiles {
  /** The artifact's name. */
  readonly name: string
  /** Where people find it; null when it is a folder. */
  readonly link: string | null
  /** Its files for which {@link isOfRecord} is true. */
  list(): Promise<readonly RecordFile[]>
}

/** What the artifacts of task records are named after (docs/record.md). */
export const isRecordName = (name: string): boolean => /^acode-[a-z0-9]+-/.test(name)

/** What is read of a record; what the task collected may be a hundred thousand further files. */
export const isOfRecord = (path: string): boolean =>
  /(^|\/)(metadata\/(run\.json|acode-[a-z0-9]+-[a-z0-9-]+)|logs\/runner\.log)$/.test(path)

/** A record's own `run.json` is the one nearest to the root: what a task put into its artifacts lies below it. */
export function recordsAmong<T extends { readonly path: string }>(files: readonly T[]): T[] {
  const depth = ({ path }: { readonly path: string }) => path.split('/').length
  const found = files.filter(({ path }) => /(^|\/)metadata\/run\.json$/.test(path))
  const least = Math.min(...found.map(depth))
  return found.filter((file) => depth(file) === least)
}

/**
 * Of how many tasks a folder has the record: each `run.json` may have replaced others, but every record has an empty
 * file next to it that is named after its container.
 */
export function countRecords(files: readonly { readonly path: string }[]): number {
  const counts = recordsAmong(files).map(({ path }) => {
    const folder = path.slice(0, -'run.json'.length)
    const owners = files.filter((file) => file.path.startsWith(folder) && file.path !== path)
    return Math.max(1, owners.filter((file) => !file.path.slice(folder.length).includes('/')).length)
  })
  return counts.reduce((sum, count) => sum + count, 0)
}

/** All of a file's text. Bounded: what a task's job left may be anything. */
export async function readRecordText(file: RecordFile, mostBytes: number): Promise<string> {
  if (file.bytes > mostBytes) throw new Error(`${file.path} has ${file.bytes} bytes`)
  const chunks: Buffer[] = []
  for await (const chunk of await file.open()) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** The last bytes of a file, which is read from its start: a zip has no other way. */
export async function readEnd(file: RecordFile, keptBytes: number): Promise<string> {
  let end = Buffer.alloc(0)
  for await (const chunk of await file.open())
    end =
      chunk.length >= keptBytes
        ? chunk.subarray(-keptBytes)
        : Buffer.concat([end, chunk]).subarray(-keptBytes)
  return end.toString('utf8')
}

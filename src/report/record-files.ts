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
  /** Where people find it; null where it is a folder. */
  readonly link: string | null
  /** Its files for which {@link isOfRecord} is true. */
  list(): Promise<readonly RecordFile[]>
}

/** What the artifacts of task records are named after (docs/record.md). */
export const isRecordName = (name: string): boolean => /^acode-[a-z0-9]+-/.test(name)

/** What is read of a record; what the task collected may be a hundred thousand further files. */
export const isOfRecord = (path: string): boolean =>
  /(^|\/)(metadata\/run\.json|logs\/runner\.log)$/.test(path)

/** All of a file's text. Bounded: what a task's job left may be anything. */
export async function readText(file: RecordFile, mostBytes: number): Promise<string> {
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

import { Readable } from 'node:stream'
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl'
import type { ByteSource } from './remote-file.ts'

/** A file in a zip. */
interface ZipEntry {
  readonly path: string
  /** Its size as the zip's directory has it; reading it fails where that is not true. */
  readonly bytes: number
  open(): Promise<Readable>
}

/** More files than a record has, even with more of them than by default; the directory of a zip can claim billions. */
const MOST_ENTRIES = 2_000_000
const STEP = 256 * 1024

/**
 * The wanted files of a zip, of which only the directory is read.
 * @throws Error when it is no zip, or has names that lead out of it
 */
export async function zipEntries(
  source: ByteSource,
  isWanted: (path: string) => boolean,
): Promise<ZipEntry[]> {
  const zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, { autoClose: false })
  if (zip.entryCount > MOST_ENTRIES) throw new Error(`it has ${zip.entryCount} files`)
  const entries: ZipEntry[] = []
  for await (const entry of zip.eachEntry())
    if (isWanted(entry.fileName))
      entries.push({
        path: entry.fileName,
        bytes: entry.uncompressedSize,
        open: () => zip.openReadStreamPromise(entry),
      })
  return entries
}

/** What yauzl reads from. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const source = this.#source
    return Readable.from(
      (async function* () {
        for (let at = start; at < end; at += STEP) yield await source.read(at, Math.min(end, at + STEP))
      })(),
    )
  }
}

import { constants } from 'node:fs'
import { access, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { answerWithin, UnansweredError } from '../github/answer-within.ts'
import { debug, printingOf } from '../github/runner.ts'

/** How long a job that ends waits for the service, and how much longer for each file and each MiB: both are packed meanwhile. */
const BOUND_MS = 30_000
const FILE_MS = 1
const MIB_MS = 1_000

/**
 * Uploads the files of a folder; made by {@link loadUploader}. A file that the artifact client refuses would cost the
 * whole artifact.
 * `boundMs` is what the service gets; default {@link BOUND_MS}, and more for what is large.
 * @throws TaskError ACODE-CTN-013; its cause is an UnansweredError where the service took nothing
 */
export type Uploader = (
  folder: string,
  name: string,
  retentionDays: number | undefined,
  boundMs?: number,
) => Promise<Uploaded>

/** An artifact that was uploaded. */
interface Uploaded {
  /** The service's id of it; undefined when it gave none. */
  readonly id: number | undefined
  /** Its size, packed. */
  readonly bytes: number
  /** The files that the client does not take, with the reason: the artifact is without them. */
  readonly refused: readonly string[]
}

/** What of the artifact client uploads. */
interface Client {
  uploadArtifact(
    name: string,
    files: string[],
    folder: string,
    options: { retentionDays?: number },
  ): Promise<{ readonly id?: number; readonly size?: number }>
  /** @throws Error for a path that it does not take */
  validateFilePath(path: string): void
}

/**
 * Loads the artifact client. It is large, so only what uploads loads it, and of the client only what uploads:
 * its entry also brings what lists and downloads, which costs 60 ms more (script/bench task).
 */
export async function loadUploader(): Promise<Uploader> {
  const { uploadArtifact } = await import(
    '../../node_modules/@actions/artifact/lib/internal/upload/upload-artifact.js'
  )
  const { validateFilePath } = await import(
    '../../node_modules/@actions/artifact/lib/internal/upload/path-and-artifact-name-validation.js'
  )
  return uploaderBy({ uploadArtifact, validateFilePath })
}

/** Uploads by a client that is loaded. */
export const uploaderBy =
  ({ uploadArtifact, validateFilePath }: Client): Uploader =>
  async (folder, name, retentionDays, boundMs) => {
    const way = new Way()
    try {
      const { files, bytes, refused } = await sorted(folder, validateFilePath)
      const options = retentionDays === undefined ? {} : { retentionDays }
      const patienceMs = boundMs ?? patienceFor(files.length, bytes)
      const upload = () => answerWithin(patienceMs, uploadArtifact(name, files, folder, options))
      const { id, size = 0 } = await printingOf(upload, (line) => way.read(line))
      return { id, bytes: size, refused }
    } catch (error) {
      const cause = error instanceof UnansweredError && way.isUnderWay ? new Error(TOO_LONG) : error
      throw new TaskError(
        'ACODE-CTN-013',
        `The record could not be uploaded as ${name}: ${sentence(messageOf(cause))} Its files stay in ${folder} until the job ends.`,
        { cause },
      )
    }
  }

/** How long the upload of so much may take. */
export const patienceFor = (files: number, bytes: number): number =>
  BOUND_MS + files * FILE_MS + (bytes / 2 ** 20) * MIB_MS

const TOO_LONG = 'the artifact service took a part of it, and all of it would take too long'

/** How far an upload is, by what the client prints. */
class Way {
  /** True while the service takes bytes: it is no service that does not answer. */
  isUnderWay = false

  read(line: string): void {
    if (/^Uploaded bytes [1-9]/.test(line)) this.isUnderWay = true
    if (line.startsWith('Finalizing artifact upload')) this.isUnderWay = false
    debug(line)
  }
}

/** The files that the client takes, and those that it would refuse. */
async function sorted(folder: string, validate: (path: string) => void) {
  const files: string[] = []
  const refused: string[] = []
  let bytes = 0
  for (const path of await everyFileIn(folder)) {
    try {
      validate(path.slice(folder.length))
      await access(path, constants.R_OK)
      bytes += (await lstat(path)).size
      files.push(path)
    } catch (error) {
      const [why = ''] = messageOf(error).split('\n')
      refused.push(`${path.slice(folder.length + 1)} (${why.trim()})`)
    }
  }
  return { files, bytes, refused }
}

async function everyFileIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  // The client would follow a link wherever it leads.
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

import { constants } from 'node:fs'
import { access, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { answerWithin } from '../github/answer-within.ts'
import { debug, printingOf } from '../github/runner.ts'

/** How long a job that ends waits for the service. */
const BOUND_MS = 30_000

/**
 * Uploads the files of a folder; made by {@link loadUploader}. A file that the artifact client refuses would cost the
 * whole artifact.
 * `boundMs` is what the service gets; default {@link BOUND_MS}, and a second more for each MiB.
 * @throws TaskError ACODE-CTN-013
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
  return async (folder, name, retentionDays, boundMs) => {
    try {
      const { files, bytes, refused } = await sorted(folder, validateFilePath)
      const options = retentionDays === undefined ? {} : { retentionDays }
      const patienceMs = boundMs ?? BOUND_MS + bytes / 1024
      const upload = () => answerWithin(patienceMs, uploadArtifact(name, files, folder, options))
      const { id, size = 0 } = await printingOf(upload, debug)
      return { id, bytes: size, refused }
    } catch (error) {
      throw new TaskError(
        'ACODE-CTN-013',
        `The record could not be uploaded as ${name}: ${sentence(messageOf(error))} Its files stay in ${folder} until the job ends.`,
        { cause: error },
      )
    }
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

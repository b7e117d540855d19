import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { printingOf } from '../engine/runner.ts'
import { within } from '../engine/within.ts'
import { messageOf, TaskError } from '../errors.ts'

/** The service gets this long, and a second more for each MiB; a job that ends waits for it. */
const BOUND_MS = 30_000

/** Uploads a record; made by {@link loadUploader}. */
export type Uploader = (folder: string, name: string, retentionDays: number | undefined) => Promise<void>

/**
 * Loads the artifact client. It is large, so only what uploads loads it, and of the client only what uploads:
 * its entry also brings what lists and downloads, which costs 60 ms more (script/bench task).
 */
export async function loadUploader(): Promise<Uploader> {
  const { uploadArtifact } = await import(
    '../../node_modules/@actions/artifact/lib/internal/upload/upload-artifact.js'
  )
  return async (folder, name, retentionDays) => {
    try {
      const files = await filesBelow(folder)
      const sizes = await Promise.all(files.map(async (file) => (await lstat(file)).size))
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      const options = retentionDays === undefined ? {} : { retentionDays }
      await printingOf(() => within(BOUND_MS + bytes / 1024, uploadArtifact(name, files, folder, options)))
    } catch (error) {
      throw new TaskError(
        'ACODE-CTN-013',
        `The record could not be uploaded as ${name}: ${messageOf(error)}. Its files stay in ${folder} until the job ends.`,
        { cause: error },
      )
    }
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  // The client would follow a link wherever it leads.
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

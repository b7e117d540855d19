import { basename, dirname } from 'node:path'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import { answerWithin } from '../../github/answer-within.ts'
import { debug, printingOf } from '../../github/runner.ts'
import { artifactLink } from '../../record/artifact-name.ts'

/** How long the report waits for the service. */
const BOUND_MS = 30_000

/**
 * Uploads one file as it is, as an artifact of its name: a page opens in the browser, where a zip is downloaded.
 * @returns where people find it; null when that is not known
 * @throws TaskError ACODE-CTN-013
 */
export async function uploadFile(
  path: string,
  retentionDays: number | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const { uploadArtifact } = await import(
    '../../../node_modules/@actions/artifact/lib/internal/upload/upload-artifact.js'
  )
  try {
    const options = { skipArchive: true, ...(retentionDays !== undefined && { retentionDays }) }
    const upload = () =>
      answerWithin(BOUND_MS, uploadArtifact(basename(path), [path], dirname(path), options))
    const { id } = await printingOf(upload, debug)
    return id === undefined ? null : artifactLink(env, id)
  } catch (error) {
    throw new TaskError(
      'ACODE-CTN-013',
      `The report could not be uploaded as ${basename(path)}: ${sentence(messageOf(error))} It stays in ${path} until the job ends.`,
      { cause: error },
    )
  }
}

import { messageOf, sentence, TaskError } from '../../errors.ts'
import { answerWithin } from '../../github/answer-within.ts'
import { printingOf } from '../../github/runner.ts'
import { artifactLink } from '../../record/artifact-name.ts'
import { isOfRecord, isRecordName, type RecordFiles } from './record-files.ts'
import { remoteFile } from './remote-file.ts'
import { zipEntries } from './zip.ts'

/** The client tries five times, for half a minute and more; a service that hangs would hold it for a quarter of an hour. */
const BOUND_MS = 60_000

/**
 * The records among the artifacts of this workflow run, read in place: of each only the directory and the files
 * that are asked for are fetched.
 * @throws TaskError ACODE-CTN-013 when the service does not answer
 */
export async function runArtifacts(env: NodeJS.ProcessEnv): Promise<RecordFiles[]> {
  // The client's own entry would also load what talks to GitHub's public API.
  const [{ internalArtifactTwirpClient }, { getBackendIdsFromToken }] = await Promise.all([
    import('../../../node_modules/@actions/artifact/lib/internal/shared/artifact-twirp-client.js'),
    import('../../../node_modules/@actions/artifact/lib/internal/shared/util.js'),
  ])
  try {
    const client = internalArtifactTwirpClient()
    const run = getBackendIdsFromToken()
    const { artifacts } = await printingOf(() => answerWithin(BOUND_MS, client.ListArtifacts(run)))
    return (
      artifacts
        .filter(({ name }) => isRecordName(name))
        // A job that was run again may have left a second one of the same name: the later one counts.
        .toSorted((one, other) => Number(one.databaseId) - Number(other.databaseId))
        .map((artifact) => ({
          name: artifact.name,
          link: artifactLink(env, artifact.databaseId),
          async list() {
            const { workflowRunBackendId, workflowJobRunBackendId, name } = artifact
            const { signedUrl } = await answerWithin(
              BOUND_MS,
              client.GetSignedArtifactURL({ workflowRunBackendId, workflowJobRunBackendId, name }),
            )
            return zipEntries(remoteFile(signedUrl, Number(artifact.size)), isOfRecord)
          },
        }))
    )
  } catch (error) {
    throw new TaskError(
      'ACODE-CTN-013',
      `The artifacts of this run could not be listed: ${sentence(messageOf(error))} Run the report again, or download the artifacts and name their folder in the input path.`,
      { cause: error },
    )
  }
}

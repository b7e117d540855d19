import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageOf, TaskError } from '../errors.ts'
import { formatBytes } from '../formats/units.ts'
import { UnansweredError } from '../github/answer-within.ts'
import * as runner from '../github/runner.ts'
import { aborted, type StopSignals, soonAfter } from '../host/signals.ts'
import { artifactLink } from '../record/artifact-name.ts'
import { cutRecord, filesOf } from '../record/cut.ts'
import type { RunFolder } from '../record/folder.ts'
import { loadUploader, type Uploader } from '../record/upload.ts'
import { isDue } from '../record/when.ts'
import type { Run } from './context/open-run.ts'
import type { RunState } from './context/state.ts'

/** How many of the files that are not uploaded a warning names. */
const NAMED = 10

/** What a service gets that did not answer an earlier step of this job. */
const SHORT_MS = 3_000

/**
 * Uploads a run's record. A service that hangs costs a job its time once, not for each of its steps.
 * @throws TaskError ACODE-CTN-013
 */
async function uploadRecord(
  uploader: Uploader,
  state: Pick<RunState, 'artifact' | 'retentionDays'>,
  folder: RunFolder,
): Promise<void> {
  const note = join(dirname(folder.root), 'acode-artifact-service-unanswered')
  const boundMs = existsSync(note) ? SHORT_MS : undefined
  const uploading = uploader(folder.record, state.artifact, state.retentionDays, boundMs)
  const { id, bytes, refused } = await uploading.catch((error: unknown) => {
    if (error instanceof TaskError && error.cause instanceof UnansweredError) writeFileSync(note, '')
    throw error
  })
  const link = id === undefined ? null : artifactLink(process.env, id)
  runner.info(`Record: ${state.artifact} (${formatBytes(bytes)})${link === null ? '' : ` ${link}`}`)
  if (refused.length === 0) return
  const others = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : ''
  runner.warning(
    `The record was uploaded without ${refused.slice(0, NAMED).join(', ')}${others}: the artifact client does not take them.`,
    'ACODE-CTN-013',
  )
}

/**
 * Uploads a run's record, for as long as the runner lets post live.
 * @throws TaskError ACODE-CTN-013
 */
export async function uploadInTime(
  uploader: Promise<Uploader>,
  state: Pick<RunState, 'artifact' | 'retentionDays' | 'folder'>,
  folder: RunFolder,
  { late }: StopSignals,
): Promise<void> {
  await Promise.race([uploadRecord(await uploader, state, folder), givenUp(late, state)])
}

/** @throws TaskError ACODE-CTN-013 when the runner is about to kill us */
async function givenUp(
  late: AbortSignal,
  { artifact, folder }: Pick<RunState, 'artifact' | 'folder'>,
): Promise<never> {
  await aborted(late)
  throw new TaskError(
    'ACODE-CTN-013',
    `The upload of the record as ${artifact} was given up, since the runner shuts down. Its files were in ${folder}.`,
  )
}

/** When an upload by main has to be done after a cancel: the runner kills main after 10 s. */
const UNTIL_MS = 8_500
/** An upload that takes longer than there is time would leave half an artifact, of a name that post then cannot use. */
const MOST_BYTES = 4 * 1024 * 1024
const UPLOADED = 'uploaded'

/**
 * Uploads the record of a cancelled run by main: a runner that is shut down looks the same to it as a cancelled job,
 * and runs no post. Of a record that is too large, main uploads what says how the run ended, under a separate name,
 * and post the whole. Where that is not done in time, post does it.
 */
export async function uploadByMain(
  { folder, artifact, publishing, inputs, recorder }: Run,
  { cancel }: StopSignals,
): Promise<void> {
  const { status, cleanup } = recorder.record
  // What could not be removed post removes, and its record says so.
  if (!isDue(publishing.upload, status) || cleanup.failed.length > 0) return
  const bytes = (await filesOf(folder.record)).reduce((sum, file) => sum + file.bytes, 0)
  const isWhole = bytes <= MOST_BYTES
  const named = { artifact: isWhole ? artifact : `${artifact}-cut`, retentionDays: inputs['retention-days'] }
  const upload = async () => {
    if (isWhole) {
      await uploadRecord(await loadUploader(), named, folder)
      writeFileSync(join(folder.root, UPLOADED), '')
      return
    }
    runner.info(
      `The record has ${formatBytes(bytes)}, more than is uploaded before a cancelled job ends: the end of its log and what is small go up as ${named.artifact}. The post step uploads all of it, where the runner still starts one.`,
    )
    const record = join(folder.root, 'cut')
    await cutRecord(folder, recorder.paths, record, MOST_BYTES)
    await uploadRecord(await loadUploader(), named, { ...folder, record })
  }
  const failed = (error: unknown) => runner.info(`${messageOf(error)} The post step tries again.`)
  await Promise.race([upload().catch(failed), aborted(soonAfter(cancel, UNTIL_MS))])
  runner.exit()
}

/** Whether main uploaded the record. */
export const isUploaded = (folder: RunFolder): boolean => existsSync(join(folder.root, UPLOADED))

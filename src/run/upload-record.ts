import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TaskError } from '../errors.ts'
import { formatBytes } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import { UnansweredError } from '../host/within.ts'
import { artifactLink } from '../record/artifact-name.ts'
import type { RunFolder } from '../record/folder.ts'
import type { Uploader } from '../record/upload.ts'
import type { RunState } from './state.ts'

/** How many of the files that are not uploaded a warning names. */
const NAMED = 10

/** What a service gets that did not answer an earlier step of this job. */
const SHORT_MS = 3_000

/**
 * Uploads a run's record. A service that hangs costs a job its time once, not for each of its steps.
 * @throws TaskError ACODE-CTN-013
 */
export async function uploadRecord(uploader: Uploader, state: RunState, folder: RunFolder): Promise<void> {
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

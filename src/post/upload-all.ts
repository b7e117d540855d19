import { hasPending } from '../cache/pending.ts'
import { runnerPaths } from '../github/paths.ts'
import * as runner from '../github/runner.ts'
import type { StopSignals } from '../host/signals.ts'
import { runFolderAt } from '../record/folder.ts'
import type { RunRecord } from '../record/run-record.ts'
import type { Uploader } from '../record/upload.ts'
import type { RunState } from '../run/context/state.ts'
import { uploadInTime } from '../run/upload-record.ts'

/**
 * Uploads the record, and then the caches, whatever became of the record.
 * @param uploader null: the record is not wanted, or is uploaded
 * @throws the first failure
 */
export async function uploadAll(
  uploader: Promise<Uploader> | null,
  state: RunState,
  status: RunRecord['status'],
  signals: StopSignals,
): Promise<void> {
  const uploading = uploader && uploadInTime(uploader, state, runFolderAt(state.folder), signals)
  const [record] = await Promise.allSettled([uploading])
  const [caches] = await Promise.allSettled([saveCaches(state, status, signals)])
  for (const one of [record, caches]) if (one.status === 'rejected') throw one.reason
}

/** Uploads the caches that main packed, where its task succeeded and the rest of the job has not failed since. */
async function saveCaches(
  { folder }: RunState,
  status: RunRecord['status'],
  { cancel }: StopSignals,
): Promise<void> {
  if (!hasPending(folder) || cancel.aborted) return
  const jobStatus = runner.input('job-status')
  if (/^(failure|cancelled)$/i.test(jobStatus)) {
    runner.info(`No cache is saved: the job’s status is ${jobStatus}.`)
    return
  }
  if (status !== 'succeeded') {
    runner.info(`No cache is saved: the task’s status is ${status}.`)
    return
  }
  const { uploadPending } = await import('../cache/upload.ts')
  const { ServiceGate } = await import('../cache/service-gate.ts')
  await uploadPending(new ServiceGate(process.env, runnerPaths(process.env).temp), folder, cancel)
}

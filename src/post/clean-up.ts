import { runEntry } from '../entry.ts'
import * as runner from '../github/runner.ts'
import { aborted, type StopSignals, soonAfter } from '../host/signals.ts'
import { giveToRunner, recordPaths, runFolderAt } from '../record/folder.ts'
import { readRecord } from '../record/read-record.ts'
import type { RunRecord } from '../record/run-record.ts'
import { loadUploader } from '../record/upload.ts'
import { isDue } from '../record/when.ts'
import { type RunState, readRunState } from '../run/context/state.ts'
import { uploadAll } from './upload-all.ts'

/** A runner that shuts down signals post, and kills it 10 s later: what post has until then. */
const LAST_AFTER_SIGNAL_MS = 8_500

/** The post entry. It never masks the job's result: whatever goes wrong here is a warning. */
export async function runPost(signals: StopSignals): Promise<void> {
  const last = aborted(soonAfter(signals.cancel, LAST_AFTER_SIGNAL_MS))
  await runEntry(() => Promise.race([cleanUp(signals), last]), runner.warning, 'ACODE-CTN-002')
  // An upload that was given up may wait for its service for many minutes yet: it must not hold the job.
  runner.exit()
}

/** Removes what this step's main left, if anything, then uploads the record (ACT-5, CTN-6). */
async function cleanUp(signals: StopSignals): Promise<void> {
  const kept = readRunState()
  const record = kept?.done ? await recordOfDone(kept.state) : null
  if (kept && record?.finishedAt) return finishDone(kept.state, record, signals)
  // All that asks and removes is loaded where something may be left, and that is rare.
  const { cleanWithoutState, finishKilled } = await import('./clean-left.ts')
  return kept ? finishKilled(kept.state, signals) : cleanWithoutState(signals)
}

async function recordOfDone({ folder, artifactsSubdir }: RunState): Promise<RunRecord | null> {
  return (await readRecord(recordPaths(runFolderAt(folder), artifactsSubdir).run)).record
}

/** Uploads the record of a main that ended by itself and left nothing: there is nothing to add to it. */
async function finishDone(state: RunState, record: RunRecord, signals: StopSignals): Promise<void> {
  const folder = runFolderAt(state.folder)
  try {
    const uploader = isDue(state.upload, record.status) ? loadUploader() : null
    await uploadAll(uploader, state, record.status, signals)
  } finally {
    await giveToRunner(folder)
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { hasPending } from '../cache/pending.ts'
import { Docker } from '../engine/docker.ts'
import { logObserver } from '../engine/observer.ts'
import { runEntry } from '../entry.ts'
import { messageOf, TaskError } from '../errors.ts'
import { runnerPaths } from '../github/paths.ts'
import * as runner from '../github/runner.ts'
import { endProcesses } from '../host/end-processes.ts'
import { removeFolder } from '../host/files.ts'
import { type ProcessIdentity, processIdentity } from '../host/identity.ts'
import { aborted, type StopSignals, soonAfter } from '../host/signals.ts'
import { removeUnfinished } from '../ownership/derived-images.ts'
import { parseOwner } from '../ownership/orphans.ts'
import { notLookedFor } from '../ownership/remove.ts'
import { type Removed, removeOwned, removeSettled } from '../ownership/remove-owned.ts'
import type { Sweep } from '../ownership/sweep.ts'
import { giveToRunner, type RunFolder, readRecord, recordPaths, runFolderAt } from '../record/folder.ts'
import { isDue } from '../record/publish.ts'
import type { RunRecord } from '../record/run-record.ts'
import { loadUploader } from '../record/upload.ts'
import { removeWithEngine } from '../workspace/remove-with-engine.ts'
import { endMain } from './end-main.ts'
import { finishLeft, readLeft } from './finish-left.ts'
import { reclaimerOf } from './reclaimer.ts'
import { applierOf, recoverWorkspace } from './recover-workspace.ts'
import { type RunState, readRunState } from './state.ts'
import { isUnheard, takeApplyToken } from './step-end.ts'
import { reportSweep, sweep, sweepPrivate } from './sweep.ts'
import { isUploaded, uploadRecord } from './upload-record.ts'

/** A cancelled job's post steps have 45 s altogether: an engine that hangs gets less. */
const ENGINE_SECONDS = 10

/**
 * What a call that outlived main may take to its end. One that is cut off the engine carries out all the same, and
 * without a way to see when.
 */
const CALL_MS = 5_000

/** How long the upload waits for the removal of the run's files. */
const REMOVAL_MS = 10_000

/** A runner that shuts down signals post, and kills it 10 s later: what the engine and all of post have until then. */
const ENGINE_AFTER_SIGNAL_MS = 2_000
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
  const docker = new Docker(logObserver(), ENGINE_SECONDS, soonAfter(signals.cancel, ENGINE_AFTER_SIGNAL_MS))
  const kept = readRunState()
  if (kept === null) return cleanWithoutState(docker)
  const { state, done } = kept
  const folder = runFolderAt(state.folder)
  const { record } = done ? await readRecord(recordPaths(folder, state.artifactsSubdir).run) : NOT_READ
  return record?.finishedAt ? finishDone(state, record, signals) : finishKilled(docker, state, signals)
}

const NOT_READ = { record: null } as const

/** Uploads the record of a main that ended by itself and left nothing: there is nothing to add to it. */
async function finishDone(state: RunState, record: RunRecord, signals: StopSignals): Promise<void> {
  const folder = runFolderAt(state.folder)
  try {
    if (isDue(state.upload, record.status)) await upload(loadUploader(), state, folder, signals)
    await saveCaches(state, signals)
  } finally {
    await giveToRunner(folder)
  }
}

/** Uploads the caches that main packed, where the rest of the job has not failed since. */
async function saveCaches({ folder }: RunState, { cancel }: StopSignals): Promise<void> {
  if (!hasPending(folder) || cancel.aborted) return
  const status = runner.input('job-status')
  if (/^(failure|cancelled)$/i.test(status)) {
    runner.info(`No cache is saved: the job’s status is ${status}.`)
    return
  }
  const { uploadPending } = await import('../cache/upload.ts')
  const { ServiceGate } = await import('../cache/service-gate.ts')
  await uploadPending(new ServiceGate(process.env, runnerPaths(process.env).temp), folder, cancel)
}

/** Removes what a main left that was killed, or could not remove it, and every proven orphan; finishes the record. */
async function finishKilled(docker: Docker, state: RunState, signals: StopSignals): Promise<void> {
  const owner = parseOwner(state.owner)
  const folder = runFolderAt(state.folder)
  const failed: string[] = []
  await orNote(failed, () => takeApplyToken(folder))
  const living = owner && (await endMain(owner, signals.cancel))
  if (living) failed.push(living)
  const sweeping = sweep(docker, state.container, owner)
  const paths = recordPaths(folder, state.artifactsSubdir)
  const left = await readLeft(state, paths, isUnheard(folder))
  // Loaded while the engine is asked: neither waits for the other.
  const isWanted = isDue(state.upload, left.record.status) && !isUploaded(folder)
  const uploader = isWanted ? loadUploader() : null
  const removed = owner === null ? null : await orNote(failed, () => removeLeft(docker, state, owner))
  const removing = orNote(failed, () => removePrivate(docker, state, left.record, folder))
  // A task can leave more files than can be removed in the time that a job's end has: the record goes first.
  const signalled = aborted(signals.cancel)
  const found = await Promise.race([sweeping, signalled])
  await Promise.race([removing, sleep(REMOVAL_MS), signalled])
  if (found) reportSweep(found)
  const record = withCleanup(left.record, removed, found ?? null, failed)
  await finishLeft({ ...left, record }, paths, state.summary)
  try {
    if (uploader) await upload(uploader, state, folder, signals)
  } finally {
    await removing
    await orNote(failed, () => giveToRunner(folder))
    // Where there was no engine nothing was made, and main has said so.
    const isMoot = record.error?.code === 'ACODE-CTN-005' && record.phases.workspace === undefined
    warnOf([...(isMoot ? [] : record.cleanup.failed), ...failed])
  }
}

/** Whatever a task made in what was private to its run goes with it. */
function removePrivate(
  docker: Docker,
  state: RunState,
  { container }: RunRecord,
  folder: RunFolder,
): Promise<void> {
  const { image } = container
  // Without an image no container was made, and so nothing by another user.
  if (image === null) return removeFolder(folder.private)
  return removeWithEngine(folder.private, () => reclaimerOf(docker, { ...state, image }))
}

/** @throws TaskError ACODE-CTN-013 */
async function upload(
  uploader: ReturnType<typeof loadUploader>,
  state: RunState,
  folder: RunFolder,
  { late }: StopSignals,
): Promise<void> {
  await Promise.race([uploadRecord(await uploader, state, folder), givenUp(late, state)])
}

/** A record with what post did. What main could not remove is forgotten where post tried again. */
function withCleanup(
  record: RunRecord,
  again: Removed | null,
  swept: Sweep | null,
  failed: readonly string[],
): RunRecord {
  const { cleanup } = record
  const stillFailed = again?.failed ?? cleanup.failed
  const freedBytes = (cleanup.freedBytes ?? 0) + (swept?.freedBytes ?? 0)
  return {
    ...record,
    cleanup: {
      removed: [...cleanup.removed, ...(again?.removed ?? [])],
      orphans: [...new Set([...cleanup.orphans, ...(swept?.orphans ?? [])])],
      kept: [...(swept?.kept ?? cleanup.kept), ...(again?.kept ?? [])],
      failed: [...new Set([...stillFailed, ...(swept?.failed ?? []), ...failed])],
      ...(freedBytes > 0 && { freedBytes }),
    },
  }
}

/**
 * What can be done where there is no run to clean up after: main was ended before it kept its state, the runner lost
 * it, or no step has run yet (hooks/job-started.sh).
 */
async function cleanWithoutState(docker: Docker): Promise<void> {
  const { env } = process
  if (env.ACODE_HOOK === undefined)
    runner.info(
      'Main kept no state. What is proven to be left by runs that ended is removed; there is no record.',
    )
  const { workspace, temp } = runnerPaths(env)
  const recovered = await recoverWorkspace(workspace, applierOf(processIdentity(), env))
  const found = reportSweep(await sweep(docker))
  const { failed } = await sweepPrivate(temp, null)
  warnOf([...recovered.failed, ...found.failed, ...failed])
}

function warnOf(failed: readonly string[]): void {
  for (const failure of new Set(failed))
    runner.warning(`Cleanup is not complete: ${failure}`, 'ACODE-CTN-002')
}

/** @throws TaskError ACODE-CTN-013 when the runner is about to kill us */
async function givenUp(late: AbortSignal, { artifact, folder }: RunState): Promise<never> {
  await aborted(late)
  throw new TaskError(
    'ACODE-CTN-013',
    `The upload of the record as ${artifact} was given up, since the runner shuts down. Its files were in ${folder}.`,
  )
}

/** Nothing of cleaning up keeps the record from its upload: what fails is reported, and null is what comes of it. */
async function orNote<T>(failed: string[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    failed.push(messageOf(error))
    return null
  }
}

/**
 * Ends what a main left that was killed or could not end it: changes that are applied in part, its calls of the
 * engine that outlived it, and its containers; and again, for as long as such a call may make something.
 */
async function removeLeft(docker: Docker, state: RunState, owner: ProcessIdentity): Promise<Removed> {
  const applier = applierOf(processIdentity(), process.env, state.owner)
  const recovered = await recoverWorkspace(state.workspace, applier)
  const { container } = state
  const first = await removeOrReport(container, () => removeOwned(docker, owner))
  await endProcesses(state.marker, CALL_MS)
  const second = await removeOrReport(container, () => removeSettled(docker, owner))
  const images = await removeOrReport(container, () => removeUnfinished(docker, owner))
  const removed = [...new Set([...first.removed, ...second.removed, ...images.removed])]
  if (removed.length > 0) runner.info(`Removed what main left: ${removed.join(', ')}`)
  return {
    removed: [...recovered.removed, ...removed],
    failed: [...recovered.failed, ...second.failed, ...images.failed],
    kept: second.kept,
  }
}

/** An engine that does not answer is a failure to remove, and no reason to leave processes running. */
async function removeOrReport(container: string, remove: () => Promise<Removed>): Promise<Removed> {
  try {
    return await remove()
  } catch (error) {
    return { removed: [], failed: [notLookedFor(container, error)], kept: [] }
  }
}

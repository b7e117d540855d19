import { setTimeout as sleep } from 'node:timers/promises'
import { Docker } from '../engine/docker.ts'
import { logObserver } from '../engine/transport/observer.ts'
import { messageOf } from '../errors.ts'
import { runnerPaths } from '../github/paths.ts'
import * as runner from '../github/runner.ts'
import { endProcesses } from '../host/end-processes.ts'
import { removeFolder } from '../host/files.ts'
import { type ProcessIdentity, processIdentity } from '../host/identity.ts'
import { aborted, type StopSignals, soonAfter } from '../host/signals.ts'
import { removeUnfinished } from '../ownership/derived-images.ts'
import { LABEL } from '../ownership/labels.ts'
import type { Managed } from '../ownership/managed.ts'
import { parseOwner } from '../ownership/orphans.ts'
import { notLookedFor } from '../ownership/remove.ts'
import { type Removed, removeOwned, removeSettled } from '../ownership/remove-owned.ts'
import { nameOfNotRestored } from '../ownership/restore.ts'
import type { Sweep } from '../ownership/sweep.ts'
import { giveToRunner, type RunFolder, recordPaths, runFolderAt } from '../record/folder.ts'
import type { RunRecord } from '../record/run-record.ts'
import { loadUploader } from '../record/upload.ts'
import { isDue } from '../record/when.ts'
import type { RunState } from '../run/context/state.ts'
import { isUnheard, takeApplyToken } from '../run/context/step-end.ts'
import { reclaimerOf } from '../run/left/reclaimer.ts'
import { applierOf, recoverWorkspace } from '../run/left/recover-workspace.ts'
import { reportSweep, sweep, sweepPrivate } from '../run/left/sweep.ts'
import { isUploaded } from '../run/upload-record.ts'
import { removeWithEngine } from '../workspace/methods/remove-with-engine.ts'
import { endMain } from './end-main.ts'
import { finishLeft, readLeft } from './finish-left.ts'
import { uploadAll } from './upload-all.ts'

/** A cancelled job's post steps have 45 s altogether: an engine that hangs gets less. */
const ENGINE_SECONDS = 10

/**
 * What a call that outlived main may take to its end. One that is cut off the engine carries out all the same, and
 * without a way to see when.
 */
const CALL_MS = 5_000

/** How long the upload waits for the removal of the run's files. */
const REMOVAL_MS = 10_000

/** What the engine has where a runner that shuts down signals post. */
const AFTER_SIGNAL_MS = 2_000

const engineOf = ({ cancel }: StopSignals): Docker =>
  new Docker(logObserver(), ENGINE_SECONDS, soonAfter(cancel, AFTER_SIGNAL_MS))

/** Removes what a main left that was killed, or could not remove it, and every proven orphan; finishes the record. */
export async function finishKilled(state: RunState, signals: StopSignals): Promise<void> {
  const docker = engineOf(signals)
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
  const removing = orNote(failed, () => removePrivateOf(docker, state, left.record, folder))
  // A task can leave more files than can be removed in the time that a job's end has: the record goes first.
  const signalled = aborted(signals.cancel)
  const found = await Promise.race([sweeping, signalled])
  await Promise.race([removing, sleep(REMOVAL_MS), signalled])
  if (found) reportSweep(found)
  const record = withCleanup(left.record, removed, found ?? null, failed)
  await finishLeft({ ...left, record }, paths, state.summary)
  try {
    await uploadAll(uploader, state, record.status, signals)
  } finally {
    await removing
    await orNote(failed, () => giveToRunner(folder))
    // Where there was no engine nothing was made, and main has said so.
    const isMoot = record.error?.code === 'ACODE-CTN-005' && record.phases.workspace === undefined
    warnOf([...(isMoot ? [] : record.cleanup.failed), ...failed])
  }
}

/** Whatever a task made in what was private to its run goes with it. */
function removePrivateOf(
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

/**
 * A record with what post did. What main could not remove is forgotten where post tried again; what it could not give
 * back is not, unless post removed the container: of one that is gone nothing can be given back.
 */
function withCleanup(
  record: RunRecord,
  again: Removed | null,
  swept: Sweep | null,
  failed: readonly string[],
): RunRecord {
  const { cleanup } = record
  const byPost = [...(again?.removed ?? []), ...(swept?.orphans ?? [])]
  // What post tried again has a message of its own.
  const isTried = (name: string) =>
    byPost.includes(name) || again?.failed.some((one) => one.includes(name)) === true
  const isLost = (failure: string) => {
    const name = nameOfNotRestored(failure)
    return name !== null && !isTried(name)
  }
  const stillFailed = again === null ? cleanup.failed : [...cleanup.failed.filter(isLost), ...again.failed]
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
export async function cleanWithoutState(signals: StopSignals): Promise<void> {
  const { env } = process
  if (env.ACODE_HOOK === undefined)
    runner.info(
      'Main kept no state. What is proven to be left by runs that ended is removed; there is no record.',
    )
  const paths = runnerPaths(env)
  const recovered = await recoverWorkspace(paths.workspace, applierOf(processIdentity(), paths))
  const found = reportSweep(await sweep(engineOf(signals)))
  const { failed } = await sweepPrivate(paths.temp, null)
  warnOf([...recovered.failed, ...found.failed, ...failed])
}

function warnOf(failed: readonly string[]): void {
  for (const failure of new Set(failed))
    runner.warning(`Cleanup is not complete: ${failure}`, 'ACODE-CTN-002')
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
  const applier = applierOf(processIdentity(), runnerPaths(process.env), state.owner)
  const recovered = await recoverWorkspace(state.workspace, applier)
  const { container } = state
  // A build that outlived main may yet give its image the name that its claim has.
  const isNoBuild = ({ labels }: Managed) => labels[LABEL.builds] === undefined
  const first = await removeOrReport(container, () => removeOwned(docker, owner, isNoBuild))
  await endProcesses(state.marker, CALL_MS)
  const second = await removeOrReport(container, () => removeSettled(docker, owner))
  const images = await removeOrReport(container, () => removeUnfinished(docker, owner))
  const removed = [...new Set([...first.removed, ...second.removed, ...images.removed])]
  if (removed.length > 0) runner.info(`Removed what main left: ${removed.join(', ')}`)
  return {
    removed: [...recovered.removed, ...removed],
    failed: [...recovered.failed, ...first.notRestored, ...second.failed, ...images.failed],
    notRestored: [...first.notRestored, ...second.notRestored],
    kept: second.kept,
  }
}

/** An engine that does not answer is a failure to remove, and no reason to leave processes running. */
async function removeOrReport(container: string, remove: () => Promise<Removed>): Promise<Removed> {
  try {
    return await remove()
  } catch (error) {
    return { removed: [], failed: [notLookedFor(container, error)], notRestored: [], kept: [] }
  }
}

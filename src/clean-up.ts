import { setTimeout as sleep } from 'node:timers/promises'
import { parseOwner } from './container/orphans.ts'
import { removeOwned, type Sweep } from './container/removal.ts'
import { Docker } from './engine/docker.ts'
import { removeFolder } from './engine/files.ts'
import { type ProcessIdentity, processIdentity } from './engine/host.ts'
import { logObserver } from './engine/observer.ts'
import * as runner from './engine/runner.ts'
import { messageOf, sentence } from './errors.ts'
import { endProcesses } from './host/process.ts'
import { artifactLink } from './record/artifact-name.ts'
import { appendEvent, finishedEvent } from './record/events.ts'
import {
  giveToRunner,
  type RecordPaths,
  readRecord,
  recordPaths,
  runFolderAt,
  writeRecord,
} from './record/folder.ts'
import { isDue, publishKilled } from './record/publish.ts'
import { markFinished, type RunRecord } from './record/run-record.ts'
import { loadUploader, type Uploader } from './record/upload.ts'
import { reportSweep, sweep } from './run/clean.ts'
import { applierOf, recoverWorkspace } from './run/recover.ts'
import { type RunState, readRunState } from './run/state.ts'
import { formatBytes } from './task/units.ts'

/** A cancelled job's post steps have 45 s altogether: an engine that hangs gets less. */
const ENGINE_SECONDS = 10

/**
 * What a call that outlived main may take to its end. One that is cut off the engine carries out all the same, and
 * nobody would know when.
 */
const CALL_MS = 5_000

/** How long the upload waits for the removal of the run's files. */
const REMOVAL_MS = 10_000

/** Removes what this step's main left and every proven orphan, then uploads the record (ACT-5, CTN-6). */
export async function cleanUp(): Promise<void> {
  const left = readRunState()
  if (left === null) {
    runner.info('Main kept no state: nothing was started.')
    return
  }
  const { state, done } = left
  const docker = new Docker(logObserver(), ENGINE_SECONDS)
  const sweeping = sweep(docker, state.container)
  const folder = runFolderAt(state.folder)
  const paths = recordPaths(folder, state.artifactsSubdir)
  const record = await readRecord(paths.run)
  // Loaded while the engine is asked: neither waits for the other.
  const uploader = isDue(state.upload, record?.status) ? loadUploader() : null
  const failed: string[] = []
  if (!done) await tolerate(failed, () => removeLeft(docker, state, record))
  const removing = tolerate(failed, () => removeFolder(folder.private))
  const found = await sweeping
  // A task can leave more files than can be removed in the time that a job's end has: the record goes first.
  await Promise.race([removing, sleep(REMOVAL_MS)])
  if (record) await finishFor(record, state, paths, found, failed)
  try {
    if (uploader) await upload(await uploader, state, folder.record)
  } finally {
    await removing
    await tolerate(failed, () => giveToRunner(folder))
    for (const failure of new Set([...(record?.cleanup.failed ?? found.failed), ...failed]))
      runner.warning(`Cleanup is not complete: ${failure}`, 'ACODE-CTN-002')
  }
}

/** Nothing of cleaning up keeps the record from its upload: what fails is told. */
async function tolerate(failed: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    failed.push(messageOf(error))
  }
}

/**
 * Ends what a main left that was killed or could not end it: changes that are applied in part, its calls of the
 * engine that outlived it, and its containers; twice, since such a call may have made one just before it was ended.
 */
async function removeLeft(docker: Docker, state: RunState, record: RunRecord | null): Promise<void> {
  const owner = parseOwner(state.owner)
  if (owner === null) return
  const recovered = await recoverWorkspace(
    state.workspace,
    applierOf(processIdentity(), process.env, state.owner),
  )
  const first = await tryRemoveOwned(docker, owner)
  const ended = await endProcesses(state.marker, CALL_MS)
  const second = ended > 0 ? await tryRemoveOwned(docker, owner) : first
  const removed = [...new Set([...first.removed, ...second.removed])]
  if (removed.length > 0) runner.info(`Removed what main left: ${removed.join(', ')}`)
  if (record === null) return
  record.cleanup.removed.push(...recovered.removed, ...removed)
  record.cleanup.failed = [...recovered.failed, ...second.failed]
}

/** An engine that does not answer is a failure to remove, and no reason to leave processes running. */
async function tryRemoveOwned(docker: Docker, owner: ProcessIdentity): ReturnType<typeof removeOwned> {
  try {
    return await removeOwned(docker, owner)
  } catch (error) {
    return { removed: [], failed: [messageOf(error)] }
  }
}

/** Puts what post did into the record, and finishes that of a main that was killed before it could. */
async function finishFor(
  record: RunRecord,
  { summary }: RunState,
  paths: RecordPaths,
  found: Sweep,
  failed: readonly string[],
): Promise<void> {
  reportSweep(record, found)
  record.cleanup.failed.push(...failed)
  const isOpen = record.finishedAt === null
  if (isOpen) markFinished(record, new Date())
  const failure = isOpen ? appendEvent(paths.events, finishedEvent(record)) : null
  if (failure) runner.warning(`events.jsonl is not whole: ${failure.message}`, 'ACODE-CTN-013')
  try {
    await writeRecord(paths.run, record)
  } catch (error) {
    runner.warning(
      `What post did is not in ${paths.run}: ${sentence(messageOf(error))} Free space in RUNNER_TEMP.`,
      'ACODE-CTN-013',
    )
  }
  if (isOpen) await publishKilled(record, summary)
}

/** How many of the files that are not uploaded a warning names. */
const NAMED = 10

async function upload(uploader: Uploader, state: RunState, folder: string): Promise<void> {
  const { id, bytes, refused } = await uploader(folder, state.artifact, state.retentionDays)
  const link = id === undefined ? null : artifactLink(process.env, id)
  runner.info(`Record: ${state.artifact} (${formatBytes(bytes)})${link === null ? '' : ` ${link}`}`)
  if (refused.length === 0) return
  const others = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : ''
  runner.warning(
    `The record was uploaded without ${refused.slice(0, NAMED).join(', ')}${others}: the artifact client does not take them.`,
    'ACODE-CTN-013',
  )
}

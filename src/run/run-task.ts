import { setTimeout as sleep } from 'node:timers/promises'
import { droppedOptions } from '../container/options/options.ts'
import { Docker } from '../engine/docker.ts'
import { logObserver } from '../engine/transport/observer.ts'
import { runEntry } from '../entry.ts'
import * as runner from '../github/runner.ts'
import { endPrograms } from '../host/process.ts'
import { aborted, type StopSignals } from '../host/signals.ts'
import { budgetWarning } from '../record/budgets.ts'
import { publish } from '../record/summary/publish.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { requireCapabilities } from '../task/read-task.ts'
import { type Beside, beginBeside } from './beside/begin-beside.ts'
import { taskCaches } from './caches/caches.ts'
import { collect } from './collect/collect.ts'
import { type Context, throwIfCancelled } from './context/context.ts'
import { Guard } from './context/guard.ts'
import { offeredCapabilities, openRun, type Run } from './context/open-run.ts'
import type { Prepared, Ran, TaskGround } from './context/prepared.ts'
import { Scope } from './context/scope.ts'
import { saveDone } from './context/state.ts'
import { noteUnheard, StepEnd } from './context/step-end.ts'
import { endsAs, endsLate, judgeFailure } from './context/verdict.ts'
import { pullImage } from './images/task-image.ts'
import { reclaimerOf } from './left/reclaimer.ts'
import { recoverBefore } from './left/recover-workspace.ts'
import { removeOldCopies, reportSweep, sweepBeside, sweepPrivate } from './left/sweep.ts'
import { release, releaseEarly, removePrivate } from './release.ts'
import { runInWorkspace } from './run-in-workspace.ts'
import { inTries, type OneTry, Tally } from './tries.ts'

/** The main entry. */
export const runMain = (signals: StopSignals): Promise<void> =>
  runEntry(() => runTask(process.env, signals), runner.fail)

/** What is under way when main gives up has this long to come to an end, after all else is done. */
const LAST_MS = 2_000

/**
 * Runs one task in one fresh container and leaves its record (ACT-2, CTN-1). A cancelled job's record is written in
 * time whatever hangs; what is left then is removed by post.
 */
async function runTask(env: NodeJS.ProcessEnv, signals: StopSignals): Promise<void> {
  const [step, run] = await Promise.all([StepEnd.watch(env, signals), openRun(env)])
  const { recorder } = run
  const docker = new Docker(logObserver(), undefined, signals.cancel)
  const own = { scope: new Scope(), guard: new Guard() }
  const context: Context = { run, docker, signals, step, tryNumber: 1, ...own }
  const privateFolder = context.scope.own(() => removePrivate(context))
  // A connection that the CLI makes would hold this process.
  const work = doTask(context).finally(() => docker.close())
  const isDone = await Promise.race([work.then(() => true), aborted(signals.late).then(() => false)])
  if (!isDone) recorder.learn(endsLate(recorder.record))
  await privateFolder.release()
  await recorder.finish()
  if (step.isOver()) await noteUnheard(run.folder)
  await step.withdraw()
  await publish(recorder, recorder.left, run.artifact, run.publishing)
  if (!isDone) return giveUp(work)
  // A call that was given up may yet be carried out by the engine: after a cancel, post looks again.
  const isRemoved = docker.containers.areRemoved && docker.volumes.areRemoved && docker.isTrusted
  const isClean = recorder.record.cleanup.failed.length === 0 && isRemoved
  if (isClean) context.guard.dismiss()
  if (signals.cancel.aborted) await (await import('./upload-record.ts')).uploadByMain(run, signals)
  else if (isClean) saveDone()
}

/** Ends what is under way, which mostly goes on to the removal then, and this process in any case. */
async function giveUp(work: Promise<void>): Promise<void> {
  endPrograms()
  await Promise.race([work, sleep(LAST_MS)])
  runner.exit()
}

/** Does the task. Whatever fails is in the record. */
async function doTask(context: Context): Promise<void> {
  const { run } = context
  const { recorder } = run
  try {
    const task = run.task()
    requireCapabilities(task, offeredCapabilities(run))
    if (task.container === null) recorder.learn(endsAs('skipped'))
    else await runInContainer(context, task.container)
  } catch (error) {
    // A run whose time was up has its verdict already.
    if (!context.signals.late.aborted) recorder.learn(await judgeFailure(context, error))
  }
}

/** Runs the task, again where that is asked for; meanwhile and afterwards what dead runs left is removed. */
async function runInContainer(context: Context, spec: ContainerSpec): Promise<void> {
  const { run, docker } = context
  const { recorder } = run
  noticeDropped(spec)
  throwIfCancelled(context)
  recorder.learn(await recoverBefore(run))
  const sweeping = sweepBeside(docker, run.identity.container)
  const tally = new Tally()
  await inTries(context, spec, (one) => runOnce(one, spec, tally))
  const over = budgetWarning(recorder.record, tally.waitedSeconds)
  if (over !== null) runner.warning(over, 'Over budget')
  recorder.learn({ cleanup: reportSweep(await sweeping) })
  const { image } = tally
  const reclaimer = image ? () => reclaimerOf(docker, { ...run.identity, image: image.id }) : null
  recorder.learn({ cleanup: await sweepPrivate(run.paths.temp, reclaimer) })
  await removeOldCopies(run)
}

/** The one path: image → workspace → container → run → collect → release. All that was made is gone whatever happens (CTN-5). */
async function runOnce({ context, isDiscarded }: OneTry, given: ContainerSpec, tally: Tally): Promise<void> {
  throwIfCancelled(context)
  const { run } = context
  const beside = await beginBeside(context, given)
  const { network, services } = beside
  try {
    // Where no engine answers there is nothing to guard.
    beside.engine.then(() => context.guard.begin(run, given), nothing)
    const { image, spec, engine } = await imageOf(context, given, beside)
    tally.hasImage(image)
    const labels = await beside.labels
    const caches = await taskCaches(context, spec, image, labels)
    const ground: TaskGround = { spec, image, engine, labels, network, services, caches }
    const ran = await runInWorkspace(context, ground, tally)
    services?.remove().catch(nothing) // the scope reports it
    if (!isDiscarded()) await collectLeft(context, ground, ran)
  } finally {
    context.scope.end()
    // Waited for in any case, or they would come into being after everything was removed.
    await Promise.allSettled([network.made, services?.remove()])
    await run.recorder.phase('remove', () => release(context))
  }
}

const nothing = () => undefined

/** The image of the task, and what there is to know of the engine that has it. Where that fails, no pull or build goes on. */
async function imageOf(context: Context, given: ContainerSpec, { engine, labels }: Beside) {
  const giveUp = new AbortController()
  const cancel = AbortSignal.any([context.signals.cancel, giveUp.signal])
  const pullingContext = { ...context, signals: { ...context.signals, cancel } }
  const pulling = context.run.recorder.phase('pull', () => pullImage(pullingContext, given, labels))
  try {
    const [imaged, known] = await Promise.all([pulling, engine])
    return { ...imaged, engine: known }
  } catch (error) {
    giveUp.abort()
    await Promise.allSettled([pulling])
    throw error
  }
}

/** Collects what the task left. Its container goes meanwhile where nothing is to be had from it. */
async function collectLeft(context: Context, { spec, caches, network }: TaskGround, ran: Ran): Promise<void> {
  const { run } = context
  const { recorder } = run
  const isKept = caches.needsContainer() || isNeeded(run, ran)
  const removing = isKept
    ? null
    : recorder.phase('remove', () => releaseEarly(context, ran.owned, network.made))
  const collecting = recorder.phase('collect', async () => {
    const status = await recorder.learnFrom(collect(context, spec, ran))
    await recorder.learnFrom(caches.keep({ ...ran, status }))
  })
  await collecting.finally(() => removing)
}

/** Whether something that the task left can only be had through its container; else that goes while it is collected. */
const isNeeded = ({ inputs }: Run, { container, workspace }: Prepared): boolean =>
  workspace.isInContainer ||
  container.folders.isInVolumes ||
  container.shared !== null ||
  inputs['keep-failed'] === true

/** Says which flags of the input `options` say what is so anyway, and are left out. */
function noticeDropped(spec: ContainerSpec): void {
  const dropped = droppedOptions(spec.options, spec)
  if (dropped.length > 0)
    runner.notice(`Left out of options is what is so anyway: ${dropped.join(' ')}.`, 'Options')
}

import { setTimeout as sleep } from 'node:timers/promises'
import { droppedOptions } from '../container/options/options.ts'
import { Docker } from '../engine/docker.ts'
import { logObserver } from '../engine/transport/observer.ts'
import { runEntry } from '../entry.ts'
import * as runner from '../github/runner.ts'
import { endPrograms } from '../host/process.ts'
import { aborted, type StopSignals } from '../host/signals.ts'
import type { Image } from '../image/image.ts'
import { budgetWarning } from '../record/budgets.ts'
import { publish } from '../record/summary/publish.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { requireCapabilities } from '../task/read-task.ts'
import { awaitTurn } from './await-turn.ts'
import { chooseNetwork } from './beside/choose-network.ts'
import { reportEgress } from './beside/report-egress.ts'
import type { TaskServices } from './beside/task-services.ts'
import { taskCaches } from './caches/caches.ts'
import { collect } from './collect/collect.ts'
import { NOTHING_SHARED, ownShared, type Shared } from './collect/restore.ts'
import { askEngine } from './context/ask-engine.ts'
import { type Context, throwIfCancelled } from './context/context.ts'
import { Guard } from './context/guard.ts'
import { labelRun } from './context/label-run.ts'
import { offeredCapabilities, openRun, type Run } from './context/open-run.ts'
import type { Prepared } from './context/prepared.ts'
import { Scope } from './context/scope.ts'
import { saveDone } from './context/state.ts'
import { noteUnheard, StepEnd } from './context/step-end.ts'
import { endsAs, endsLate, judgeFailure } from './context/verdict.ts'
import { execute } from './execute.ts'
import { pullImage } from './images/task-image.ts'
import { reclaimerOf } from './left/reclaimer.ts'
import { recoverBefore } from './left/recover-workspace.ts'
import { removeOldCopies, reportSweep, sweepBeside, sweepPrivate } from './left/sweep.ts'
import { prepareAndRun } from './prepare.ts'
import { release, releaseEarly, removePrivate } from './release.ts'
import { inTries, type OneTry } from './tries.ts'

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
  await recoverBefore(run)
  const sweeping = sweepBeside(docker, run.identity.container)
  const images: Image[] = []
  let waitedMs = 0
  const waited = (milliseconds: number) => {
    waitedMs += milliseconds
  }
  await inTries(context, spec, (one) => runOnce(one, spec, (image) => images.push(image), waited))
  const over = budgetWarning(recorder.record, waitedMs / 1000)
  if (over !== null) runner.warning(over, 'Over budget')
  const image = images.at(-1)
  recorder.learn({ cleanup: reportSweep(await sweeping) })
  const reclaimer = image ? () => reclaimerOf(docker, { ...run.identity, image: image.id }) : null
  recorder.learn({ cleanup: await sweepPrivate(run.paths.temp, reclaimer) })
  await removeOldCopies(run)
}

/** The one path: image → workspace → container → record. All that was made is gone whatever happens (CTN-5). */
async function runOnce(
  { context, isDiscarded }: OneTry,
  given: ContainerSpec,
  onImage: (image: Image) => void,
  onWaited: (milliseconds: number) => void,
): Promise<void> {
  const { run, docker } = context
  const { recorder } = run
  throwIfCancelled(context)
  const services = await servicesOf(context, given)
  const asking = askEngine(docker, run.env)
  // The network does not wait for all that there is to know of the engine.
  const labelling = docker.ownPlace().then(({ container }) => labelRun(run, given, container))
  const choice = chooseNetwork(context, given, labelling, services?.remove)
  const network = choice.made
  // Waited for in any case, or it would come into being after everything was removed.
  const networkEnded = network.then(nothing, nothing)
  let removing: Promise<unknown> = Promise.resolve()
  services?.begin({ engine: asking, labels: labelling, network })
  try {
    const [{ image, spec }, engine] = await Promise.all([
      recorder.phase('pull', () => pullImage(context, given, labelling)),
      asking,
    ])
    onImage(image)
    context.guard.begin(run, spec)
    let shared: Shared = NOTHING_SHARED
    const runMade = async (made: Prepared) => {
      const asked = performance.now()
      await awaitTurn(context, spec, made.container)
      onWaited(performance.now() - asked)
      await services?.ready(made.container)
      shared = ownShared(context, made.container)
      const running = recorder.phase('run', () => execute(context, spec, made, services))
      await running.finally(async () => reportEgress(context, spec, await network))
    }
    const labels = await labelling
    const caches = await taskCaches(context, spec, image, labels)
    const { folders } = caches
    const prepared = await prepareAndRun(context, spec, image, engine, labels, choice, folders, runMade)
    const ending = services?.remove()
    ending?.catch(nothing) // the scope reports it
    if (isDiscarded()) return
    if (!caches.needsContainer() && !isNeeded(run, prepared))
      removing = recorder.phase('remove', () => releaseEarly(context, prepared.owned, network))
    await recorder.phase('collect', async () => {
      await collect(context, spec, prepared, shared)
      await caches.keep(prepared.container.id)
    })
  } finally {
    context.scope.end()
    await Promise.allSettled([networkEnded, removing, services?.remove()])
    await recorder.phase('remove', () => release(context))
  }
}

const nothing = () => undefined

/** The services of the task; what handles them is loaded for a task that has some. */
async function servicesOf(context: Context, spec: ContainerSpec): Promise<TaskServices | null> {
  if (Object.keys(spec.services).length === 0) return null
  const { TaskServices } = await import('./beside/task-services.ts')
  return new TaskServices(context, spec)
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

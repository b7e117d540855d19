import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { droppedOptions } from '../container/options.ts'
import { Docker } from '../engine/docker.ts'
import { logObserver } from '../engine/observer.ts'
import { type OwnPlace, ownPlace } from '../engine/own-container.ts'
import { engineMode } from '../engine/rootless.ts'
import { runEntry } from '../entry.ts'
import * as runner from '../github/runner.ts'
import { endPrograms } from '../host/process.ts'
import { aborted, type StopSignals } from '../host/signals.ts'
import type { Image } from '../image/image.ts'
import { publish } from '../record/publish.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { requireCapabilities } from '../task/read-task.ts'
import type { Reclaimer } from '../workspace/remove-with-engine.ts'
import {
  expireKept,
  removeDeadPrivate,
  removeOwn,
  removePrivate,
  removeWorkspace,
  reportSweep,
  sweep,
} from './clean.ts'
import { collectFrom } from './collect.ts'
import { type Context, throwIfCancelled } from './context.ts'
import { createAndRun, type Prepared } from './create.ts'
import { findImage } from './find-image.ts'
import { findNetwork } from './find-network.ts'
import { offeredCapabilities, openRun } from './open.ts'
import { reclaimerOf } from './reclaimer.ts'
import { recover } from './recover.ts'
import { settle, settleError, settleLate } from './settle.ts'
import { start } from './start.ts'
import { saveDone } from './state.ts'

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
  const run = await openRun(env)
  const docker = new Docker(logObserver(), undefined, signals.cancel)
  const context: Context = {
    docker,
    run,
    signals,
    env,
    ownContainer: null,
    workspace: null,
    network: null,
    isNetworkAsked: false,
    collected: null,
  }
  const work = doTask(context)
  const isDone = await Promise.race([work.then(() => true), aborted(signals.late).then(() => false)])
  if (!isDone) settleLate(context)
  await removePrivate(context)
  await run.recorder.finish()
  await publish(run.recorder, context.collected, run.artifact, run.publishing)
  if (!isDone) return giveUp(work)
  // A call that was given up may yet be carried out by the engine: after a cancel, post looks again.
  if (run.recorder.record.cleanup.failed.length === 0 && !signals.cancel.aborted) saveDone()
}

/** Does the task. Whatever fails is in the record. */
async function doTask(context: Context): Promise<void> {
  const { run, env } = context
  try {
    const task = run.task()
    requireCapabilities(task, offeredCapabilities(run.inputs, env))
    if (task.container === null) settle(run, 'skipped')
    else await runInContainer(context, task.container)
  } catch (error) {
    await settleError(context, error)
  }
}

/** Ends what is under way, which mostly goes on to the removal then, and this process in any case. */
async function giveUp(work: Promise<void>): Promise<void> {
  endPrograms()
  await Promise.race([work, sleep(LAST_MS)])
  runner.exit()
}

/** The one path: image → workspace → container → record. The container is gone whatever happens (CTN-5). */
async function runInContainer(context: Context, spec: ContainerSpec): Promise<void> {
  const dropped = droppedOptions(spec.options)
  if (dropped.length > 0)
    runner.notice(`Left out of options is what is so anyway: ${dropped.join(' ')}.`, 'Options')
  throwIfCancelled(context)
  const { recorder, identity } = context.run
  await recover(context)
  const sweeping = sweep(context.docker, identity.container)
  const placing = findPlace(context)
  const network = placing.then(() => findNetwork(context, spec))
  // Waited for in any case, or it would come into being after everything was removed.
  const networkSettled = network.then(nothing, nothing)
  let removing: Promise<void> | null = null
  let image: Image | null = null
  try {
    const [found, mode, { translate }] = await Promise.all([
      recorder.phase('pull', () => findImage(context, spec)),
      engineMode(context.docker),
      placing,
    ])
    image = found
    const run = (prepared: Prepared) => recorder.phase('run', () => start(context, spec, prepared))
    const prepared = await createAndRun(context, spec, image, mode, translate, network, run)
    if (!isNeeded(context, prepared)) removing = recorder.phase('remove', () => removeOwn(context, true))
    await recorder.phase('collect', () => collectFrom(context, spec, prepared.workspace, prepared.container))
  } finally {
    await networkSettled
    const { run: started, collect } = recorder.record.phases
    const isKnown = started === undefined || collect !== undefined
    await (removing ?? recorder.phase('remove', () => removeOwn(context, isKnown)))
    await recorder.phase('remove', () => removeWorkspace(context))
    reportSweep(recorder.record, await sweeping)
    const dead = await removeDeadPrivate(
      context.env.RUNNER_TEMP ?? tmpdir(),
      image && reclaimer(context, image),
    )
    recorder.record.cleanup.orphans.push(...dead.orphans)
    recorder.record.cleanup.failed.push(...dead.failed)
    await expireKept(context)
  }
}

async function findPlace(context: Context): Promise<OwnPlace> {
  const place = await ownPlace(context.docker)
  context.ownContainer = place.container
  return place
}

const nothing = () => undefined

/** Whether something that the task left can only be had through its container; else that goes while it is collected. */
const isNeeded = ({ run }: Context, { container, workspace }: Prepared): boolean =>
  workspace.isInContainer ||
  container.folders.kind === 'volume' ||
  container.shared !== null ||
  run.inputs['keep-failed'] === true

const reclaimer =
  ({ docker, run: { identity } }: Context, image: Image) =>
  (): Promise<Reclaimer> =>
    reclaimerOf(docker, { ...identity, image: image.id })

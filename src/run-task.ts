import { droppedOptions } from './container/options.ts'
import { Docker } from './engine/docker.ts'
import { logObserver } from './engine/observer.ts'
import { engineMode } from './engine/rootless.ts'
import * as runner from './engine/runner.ts'
import { stopSignals } from './engine/signals.ts'
import type { Collected } from './record/collect.ts'
import { publish } from './record/publish.ts'
import { expireKept, removeDeadPrivate, removeOwn, removePrivate, reportSweep, sweep } from './run/clean.ts'
import { collectFrom } from './run/collect.ts'
import type { Context } from './run/context.ts'
import { create } from './run/create.ts'
import { findImage } from './run/find-image.ts'
import { offeredCapabilities, openRun } from './run/open.ts'
import { recover } from './run/recover.ts'
import { settle, settleError } from './run/settle.ts'
import { start } from './run/start.ts'
import { saveDone } from './run/state.ts'
import type { ContainerSpec } from './task/contract.ts'
import { requireCapabilities } from './task/read-task.ts'

/** Runs one task in one fresh container and leaves its record (ACT-2, CTN-1). */
export async function runTask(env: NodeJS.ProcessEnv): Promise<void> {
  const signals = stopSignals()
  const run = await openRun(env)
  const docker = new Docker(logObserver(), undefined, signals.cancel)
  const context: Context = { docker, run, signals, env, ownContainer: null, workspace: null, network: null }
  let collected: Collected | null = null
  try {
    const task = run.task()
    requireCapabilities(task, offeredCapabilities(run.inputs, env))
    if (task.container === null) settle(run, 'skipped')
    else collected = await runInContainer(context, task.container)
  } catch (error) {
    await settleError(context, error)
  }
  await removePrivate(context)
  await run.recorder.finish()
  await publish(run.recorder, collected, run.artifact, run.publishing)
  // A call that was given up may yet be carried out by the engine: after a cancel, post looks again.
  if (run.recorder.record.cleanup.failed.length === 0 && !signals.cancel.aborted) saveDone()
}

/** The one path: image → workspace → container → record. The container is gone whatever happens (CTN-5). */
async function runInContainer(context: Context, spec: ContainerSpec): Promise<Collected> {
  const dropped = droppedOptions(spec.options)
  if (dropped.length > 0)
    runner.notice(`Left out of options is what is so anyway: ${dropped.join(' ')}.`, 'Options')
  const { recorder, identity } = context.run
  await recover(context)
  const sweeping = sweep(context.docker, identity.container)
  try {
    const [image, mode] = await Promise.all([
      recorder.phase('pull', () => findImage(context, spec)),
      engineMode(context.docker),
    ])
    const { container, workspace } = await create(context, spec, image, mode)
    await recorder.phase('run', () => start(context, spec, container))
    return await recorder.phase('collect', () => collectFrom(context, spec, workspace, container))
  } finally {
    await recorder.phase('remove', () => removeOwn(context))
    reportSweep(recorder.record, await sweeping)
    await removeDeadPrivate(context)
    await expireKept(context)
  }
}

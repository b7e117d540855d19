import { EngineError } from '../engine/errors.ts'
import { messageOf } from '../errors.ts'
import * as runner from '../github/runner.ts'
import { removeFolder } from '../host/files.ts'
import { soonAfter } from '../host/signals.ts'
import { folderStillThere, notLookedFor } from '../ownership/remove.ts'
import { removeOwned } from '../ownership/remove-owned.ts'
import type { ChosenNetwork } from './beside/choose-network.ts'
import type { Context } from './context/context.ts'
import type { Owned } from './context/scope.ts'

/**
 * Releases all that the run has made (CTN-5). Where something may have been made that is not known, everything with
 * our owner label is removed before. What cannot be removed is left to the post step, which tries again.
 */
export async function release({ docker, run, scope }: Context): Promise<void> {
  const failed: string[] = []
  if (!scope.isWhole) {
    try {
      const owned = await removeOwned(docker, run.owner)
      run.recorder.learn({ cleanup: { removed: owned.removed, kept: owned.kept } })
      failed.push(...owned.failed)
    } catch (error) {
      failed.push(notLookedFor(run.identity.container, error))
    }
  }
  failed.push(...(await scope.release()))
  run.recorder.learn({ cleanup: { failed } })
  for (const failure of new Set(failed))
    runner.warning(`${failure} (the post step tries again)`, 'ACODE-CTN-002')
}

/**
 * Releases a container that has ended and is not needed any more, and its network. What fails is reported, and post
 * tries again.
 */
export async function releaseEarly(
  { docker, run }: Context,
  container: Owned,
  network: Promise<ChosenNetwork>,
): Promise<void> {
  try {
    const { network: own, owned, limited } = await network
    // Most engines let go of a network at its container's end. One that does not says so.
    const beside = owned !== null && limited === null ? docker.networks.remove(own.name) : null
    await Promise.all([container.release(), beside?.catch(falseOfEngine)])
    await owned?.release()
  } catch (error) {
    run.recorder.learn({ cleanup: { failed: [messageOf(error)] } })
    runner.warning(`${messageOf(error)} (the post step tries again)`, 'ACODE-CTN-002')
  }
}

/** Releases what was tried in vain, last made first. That it could not be removed is not why the task fails. */
export async function discard({ run }: Context, tried: readonly Owned[]): Promise<void> {
  for (const owned of tried.toReversed())
    await owned.release().catch((failure: unknown) => {
      run.recorder.learn({ cleanup: { failed: [messageOf(failure)] } })
    })
}

/** What the engine did not do is tried again, and reported then. */
function falseOfEngine(error: unknown): false {
  if (error instanceof EngineError) return false
  throw error
}

/** What a cancelled job has left for the removal of its files: with many, it is the post step that ends it. */
const REMOVAL_AFTER_CANCEL_MS = 1_500

/** Removes what only the run itself needed: control folder, secrets, environment. */
export async function removePrivate({ run: { folder, recorder }, signals }: Context): Promise<void> {
  try {
    await removeFolder(folder.private, soonAfter(signals.cancel, REMOVAL_AFTER_CANCEL_MS))
  } catch (error) {
    recorder.learn({ cleanup: { failed: [folderStillThere(folder.private, error)] } })
  }
}

import { EngineError, isRefusal } from '../../engine/errors.ts'
import { isPassing } from '../../engine/pull-faults.ts'
import { splitReference } from '../../engine/registry/image-reference.ts'
import { messageOf, sentence } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { PullProgress } from '../../image/pull-progress.ts'
import type { Context } from '../context/context.ts'
import { authFor } from './auth-for.ts'

/** Pulls the image whose layers a build begins with. Without it all is built: the first build has none. */
export async function pullCache({ docker, run }: Context, image: string, signal: AbortSignal): Promise<void> {
  const progress = new PullProgress(runner.info)
  try {
    await docker.images.pull(image, {
      platform: undefined,
      auth: await authFor(image, run, signal),
      signal,
      onMessage: (message) => progress.take(message),
    })
  } catch (error) {
    if (!isRefusal(error)) throw error
    runner.info(`Nothing of build-cache ${image} is used: ${error.message}`)
  }
}

/**
 * Keeps an image as the cache of the next build, with all that its layers are made of. That it cannot be kept costs
 * time at the next build, and is a warning.
 */
export async function pushCache(
  { docker, run }: Context,
  id: string,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  const { repository, tag } = splitReference(image)
  runner.info(`Keeping the layers in ${image} …`)
  try {
    await docker.images.tag(id, repository, tag)
    const auth = await authFor(image, run, signal)
    await docker.images.push(image, { auth, signal })
  } catch (error) {
    if (!(error instanceof EngineError) || signal.aborted) throw error
    const advice = isPassing(error)
      ? 'The next build tries again.'
      : 'Give registries a login that may write there.'
    runner.warning(
      `The layers could not be kept in build-cache ${image}: ${sentence(messageOf(error))} ${advice}`,
      'Build cache',
    )
  }
}

import { once } from 'node:events'
import { fetchFile, remoteArtifact } from '../../engine/registry/registry-artifact.ts'
import { RegistryError } from '../../engine/registry/registry-http.ts'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import {
  collectFeatures,
  type Feature,
  type FetchedFeature,
} from '../../image/devcontainer/features/collect.ts'
import {
  type FeatureFile,
  filesOfArchive,
  INSTALL,
  METADATA,
  MOST,
} from '../../image/devcontainer/features/files.ts'
import { digestOfFiles, filesOfFolder } from '../../image/devcontainer/features/folder.ts'
import { readMetadata } from '../../image/devcontainer/features/metadata.ts'
import { installOrder } from '../../image/devcontainer/features/order.ts'
import type { FeatureReference } from '../../image/devcontainer/features/reference.ts'
import type { DescriptionFile } from '../../image/devcontainer/read.ts'
import { REGISTRY_ADVICE } from '../../image/remote-digests.ts'
import { refuseImage } from '../../task/image-policy.ts'
import { type Digests, lockedReference } from '../../task/locked.ts'
import { type Context, throwIfCancelled } from '../context/context.ts'
import { authFor } from './auth-for.ts'
import { policiesOf } from './pull-image.ts'

const LAYER = 'application/vnd.devcontainers.layer.v1+tar'

/**
 * The features that a development container asks for, with what they depend on, in the order in which they are to be
 * installed. Those of registries and addresses are judged as images are, before anything is asked for.
 * @throws TaskError ACODE-CTN-004 when one cannot be had, ACODE-CTN-006 when it is asked for in a wrong way,
 *   ACODE-CTN-011 when a policy is against one
 */
export async function fetchFeatures(
  context: Context,
  { file, description }: DescriptionFile,
  digests: Digests,
): Promise<Feature[]> {
  const { features, overrideFeatureInstallOrder } = description
  if (Object.keys(features).length === 0) return []
  const policies = await policiesOf(context.run)
  const collected = await collectFeatures(features, file, async (reference, written) => {
    const named = lockedOf(reference, digests)
    if (named !== null) refuseImage(named, policies, 'feature')
    return fetched(written, await contentOf(context, reference, named ?? '', written))
  })
  const ordered = installOrder(collected, overrideFeatureInstallOrder)
  for (const { written, digest } of ordered) runner.info(`The feature ${written} is ${digest}.`)
  return ordered
}

/** What policies judge of a feature; null of one that is of the repository itself. */
function lockedOf(reference: FeatureReference, digests: Digests): string | null {
  if (reference.kind === 'folder') return null
  return reference.kind === 'archive' ? reference.url : lockedReference(reference.reference, digests)
}

interface Content {
  readonly digest: string
  readonly files: readonly FeatureFile[]
}

/** The files of a feature, from where it is. A cancel is not kept waiting. */
async function contentOf(
  context: Context,
  reference: FeatureReference,
  named: string,
  written: string,
): Promise<Content> {
  throwIfCancelled(context)
  const { cancel } = context.signals
  const over = new AbortController()
  try {
    const cancelled = once(cancel, 'abort', { signal: over.signal }).then(() => {
      throw new Error('the job was cancelled')
    })
    cancelled.catch(() => undefined) // it is thrown by the race, unless that is over
    return await Promise.race([askedFor(context, reference, named), cancelled])
  } catch (error) {
    throwIfCancelled(context)
    throw error instanceof TaskError ? error : notHad(written, error)
  } finally {
    over.abort()
  }
}

async function askedFor(
  { run, signals }: Context,
  reference: FeatureReference,
  named: string,
): Promise<Content> {
  if (reference.kind === 'folder') {
    const files = await filesOfFolder(run.paths.workspace, reference.path)
    return { digest: digestOfFiles(files), files }
  }
  const { digest, content } =
    reference.kind === 'archive'
      ? await fetchFile(reference.url, MOST.bytes)
      : await remoteArtifact(named, await authFor(named, run, signals.cancel), {
          mediaType: LAYER,
          mostBytes: MOST.bytes,
        })
  return { digest, files: await filesOfArchive(content) }
}

function fetched(written: string, { digest, files }: Content): FetchedFeature {
  const about = files.find(({ path }) => path === METADATA)
  const missing = about === undefined ? METADATA : files.some(({ path }) => path === INSTALL) ? null : INSTALL
  if (missing !== null || about === undefined) throw notHad(written, new Error(`it has no ${missing}`))
  return { digest, files, metadata: readMetadata(about.content.toString('utf8'), written) }
}

function notHad(written: string, error: unknown): TaskError {
  const advice =
    error instanceof RegistryError
      ? REGISTRY_ADVICE[error.reason]
      : 'Choose another version of it, or take it out of features.'
  return new TaskError(
    'ACODE-CTN-004',
    `The feature ${written} of the development container cannot be had: ${sentence(messageOf(error))} ${advice}`,
    { cause: error },
  )
}

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isRefusal } from '../../engine/errors.ts'
import { TaskError } from '../../errors.ts'
import { pinned } from '../../image/derived/derived.ts'
import {
  type FeatureGround,
  type FeatureUsers,
  featuresDockerfile,
  featuresKey,
  installFailure,
  installScript,
} from '../../image/derived/features.ts'
import { ScriptOutput } from '../../image/derived/script-output.ts'
import type { Feature } from '../../image/devcontainer/features/collect.ts'
import type { Image } from '../../image/image.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import type { Context } from '../context/context.ts'
import { deriveImage, keepDockerfile, type MadeImage, madeOf } from './derive-image.ts'

/**
 * An image with the features of a development container, each as one more layer, made once for an engine (IMX-1).
 * @param features in the order in which they are installed, one at least
 * @throws TaskError ACODE-CTN-004 with the last lines of the one that fails
 */
export async function installFeatures(
  context: Context,
  features: readonly Feature[],
  image: Image,
  ground: FeatureGround,
  labels: LabelFacts,
): Promise<MadeImage> {
  const dockerfile = featuresDockerfile(image, features, ground.values)
  const file = await keepDockerfile(context, 'features.Dockerfile', dockerfile)
  const output = new ScriptOutput('feature')
  const derived = await deriveImage(context, labels, {
    kind: 'features',
    key: featuresKey(features, image, ground),
    title: `Installing features on ${image.reference}`,
    dockerfile,
    context: (folder) => fill(folder, features, ground.users),
    sources: [{ reference: pinned(image.reference, image.digest), id: image.id }],
    platform: ground.platform,
    onLine: (line) => output.take(line),
    failed: (error) => installError(error, image, features, output),
    test: async () => ({}),
  })
  const from = [
    { image: image.reference, digest: image.digest ?? image.id },
    ...features.map(({ written, digest }) => ({ image: written, digest })),
  ]
  return { image: derived.image, made: madeOf('features', derived, { from, dockerfile: file }) }
}

async function fill(folder: string, features: readonly Feature[], users: FeatureUsers): Promise<void> {
  for (const [at, feature] of features.entries()) {
    const own = join(folder, String(at))
    await mkdir(join(own, 'files'), { recursive: true })
    await writeFile(join(own, 'run'), installScript(feature, at, users))
    for (const { path, content } of feature.files) {
      const to = join(own, 'files', path)
      await mkdir(dirname(to), { recursive: true })
      // Registries keep them with whatever mode their author's machine had.
      await writeFile(to, content, { mode: 0o755 })
    }
  }
}

function installError(
  error: unknown,
  { reference }: Image,
  features: readonly Feature[],
  output: ScriptOutput,
): unknown {
  if (!isRefusal(error)) return error
  const builders = error.message.split('\n').findLast((line) => line.trim() !== '') ?? ''
  const message = installFailure(features, reference, output, builders.trim())
  return new TaskError('ACODE-CTN-004', message, { cause: error })
}

import { randomBytes } from 'node:crypto'
import { describeWalls } from '../../container/describe.ts'
import type { ContainerDescription } from '../../engine/container-description.ts'
import { isRefusal } from '../../engine/errors.ts'
import { sentence, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { type Composition, chooseBase } from '../../image/compose/choose-base.ts'
import { composedDockerfile, type Source } from '../../image/compose/dockerfile.ts'
import { type ImageVariables, mergedEnvironment, variablesOf } from '../../image/compose/environment.ts'
import { FAULT } from '../../image/compose/scripts.ts'
import { printedBy, smokeScript } from '../../image/compose/smoke-test.ts'
import { contentKey, pinned } from '../../image/derived/derived.ts'
import type { Image } from '../../image/image.ts'
import type { ResolvedToolchain } from '../../image/toolchain.ts'
import { type LabelFacts, labelsOf, sharedLabel } from '../../ownership/labels.ts'
import { removeContainer } from '../../ownership/remove.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { refuseImage } from '../../task/image-policy.ts'
import { lockedReference } from '../../task/locked.ts'
import type { Context } from '../context/context.ts'
import { type CheckSpec, checkImage } from './check-image.ts'
import { deriveImage, keepDockerfile, type MadeImage, madeOf } from './derive-image.ts'
import { policiesOf } from './pull-image.ts'

/** Changes where the same sources are to become another image. */
const FORMAT = 1

/** What is asked of an image with several toolchains. */
export type ComposeSpec = CheckSpec &
  Pick<ContainerSpec, 'digests'> & {
    /** The name of its Dockerfile in the record. */
    readonly file: string
  }

/**
 * One image that has several toolchains, made of the images that have one each (CTN-8, IMX-1). All of them are judged
 * before the first is pulled.
 * @param pull gives one of these images, by its locked digest where it has one
 * @throws TaskError ACODE-CTN-004 when it cannot be made, ACODE-CTN-006 when no image can have them all,
 *   ACODE-CTN-011 when a policy is against one
 */
export async function composeImage(
  context: Context,
  spec: ComposeSpec,
  toolchains: readonly ResolvedToolchain[],
  labels: LabelFacts,
  pull: (reference: string) => Promise<Image>,
): Promise<MadeImage> {
  const composition = chooseBase(toolchains)
  const all = [composition.base, ...composition.others]
  const images = new Map<string, Image>()
  const locked = (image: string) => lockedReference(image, spec.digests)
  const policies = await policiesOf(context.run)
  for (const { image } of all) refuseImage(locked(image), policies)
  for (const { name, image } of all) images.set(name, await pull(locked(image)))
  const dockerfile = await dockerfileOf(context, composition, images)
  const file = await keepDockerfile(context, spec.file, dockerfile)
  const sources = [...images.values()].map(({ reference, id, digest }) => ({
    reference: pinned(reference, digest),
    id,
  }))
  const names = toolchains.map(({ resolved }) => resolved).join(' ')
  const faults: string[] = []
  const derived = await deriveImage(context, labels, {
    kind: 'composed',
    key: contentKey([FORMAT, dockerfile, sources, spec.platform ?? null]),
    title: `Composing ${names}`,
    dockerfile,
    context: async () => undefined,
    sources,
    platform: spec.platform,
    onLine: (line) => {
      const at = line.indexOf(FAULT)
      if (at >= 0 && !/\becho\b/.test(line.slice(0, at))) faults.push(line.slice(at + FAULT.length))
    },
    failed: (error) => composeError(error, names, faults),
    async test(image) {
      const printed = await smokeTest(context, labels, composition, image)
      if (spec.check !== false) await checkImage(context, spec, { id: image, reference: names }, labels)
      return printed
    },
  })
  for (const [name, printed] of Object.entries(derived.tools)) runner.info(`${name}: ${printed}`)
  const { image, tools, isBuilt } = derived
  if (!isBuilt && spec.check) await checkImage(context, spec, image, labels)
  const from = all.map(({ name, version }) => {
    const source = images.get(name)
    return {
      image: source?.reference ?? '',
      digest: source?.digest ?? source?.id ?? '',
      toolchain: `${name}@${version}`,
    }
  })
  return { image, made: madeOf('composed', derived, { from, tools, dockerfile: file }) }
}

async function dockerfileOf(
  { docker }: Context,
  composition: Composition,
  images: ReadonlyMap<string, Image>,
): Promise<string> {
  const variables = new Map<string, ImageVariables>()
  const sources = new Map<string, Source>()
  for (const [name, { id, reference, digest, user, entrypoint }] of images) {
    variables.set(name, variablesOf((await docker.images.find(id))?.env ?? []))
    sources.set(name, { reference: pinned(reference, digest), user, hasEntrypoint: entrypoint.length > 0 })
  }
  return composedDockerfile(composition, sources, mergedEnvironment(composition, variables))
}

function composeError(error: unknown, names: string, faults: readonly string[]): unknown {
  if (!isRefusal(error)) return error
  const last = error.message.split('\n').findLast((line) => line.trim() !== '') ?? ''
  const why = faults.length > 0 ? [...new Set(faults)].slice(0, 5).join('; ') : last.trim()
  return new TaskError(
    'ACODE-CTN-004',
    `The image of ${names} could not be composed: ${sentence(why)} The steps are above in the log, and the Dockerfile is in the record. Choose versions whose images are of the same system, or write the image yourself (build: …).`,
    { cause: error },
  )
}

/** What a version takes to be printed, by the slowest of the tools. */
const TEST_MS = 120_000

/** Lets each tool print its version, as a user without rights and without a network. */
async function smokeTest(
  { docker, run, signals, scope }: Context,
  facts: LabelFacts,
  { base, others }: Composition,
  image: string,
): Promise<Record<string, string>> {
  const labels = { ...labelsOf(facts, {}), ...sharedLabel(null) }
  const name = `${run.identity.container}.test-${randomBytes(6).toString('hex')}`
  const description: ContainerDescription = {
    Image: image,
    Labels: labels,
    User: '65534:65534',
    Entrypoint: ['sh'],
    Cmd: ['-c', smokeScript([base, ...others])],
    HostConfig: { NetworkMode: 'none', ...describeWalls('strict') },
  }
  const container = await scope.making(() => docker.containers.create(name, description))
  const owned = scope.own(() => removeContainer(docker, container))
  try {
    const bounds = { timeoutMs: TEST_MS, signal: signals.cancel }
    const signal = AbortSignal.any([signals.cancel, AbortSignal.timeout(TEST_MS)])
    const { output, end } = await docker.containers.attach(container, signal)
    signal.addEventListener('abort', end, { once: true })
    await docker.containers.start(container, bounds)
    const printed = await textOf(output)
    await docker.containers.waitForEnd(container, bounds)
    const { state } = await docker.containers.get(container)
    if (state.exitCode === 0) return printedBy(printed)
    throw new TaskError(
      'ACODE-CTN-004',
      `The image of ${[base, ...others].map(({ name }) => name).join(', ')} was composed, and not all of its tools work: ${sentence(printed.trim().split('\n').slice(-5).join('; '))} Choose versions whose images are of the same system, or write the image yourself (build: …).`,
    )
  } finally {
    await owned.releaseQuietly()
  }
}

/** Versions take a few lines; of more the start is enough. */
const LONGEST_OUTPUT = 64 * 1024

async function textOf(output: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of output) {
    if (bytes < LONGEST_OUTPUT) chunks.push(Buffer.from(chunk))
    bytes += chunk.length
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, LONGEST_OUTPUT)
}

import { randomBytes } from 'node:crypto'
import { describeLimits, describeWalls } from '../../container/describe.ts'
import { parseUser } from '../../container/user/user.ts'
import { type ContainerDescription, NANOSECONDS } from '../../engine/container-description.ts'
import type { EngineImage } from '../../engine/image-answers.ts'
import { askMode, type Ids } from '../../engine/rootless.ts'
import { sentence, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import {
  type ImageFinding,
  judgeImage,
  START_BUDGET_SECONDS,
  type Trial,
  trialLine,
} from '../../image/check/judge.ts'
import { findSecrets, type ImageText } from '../../image/check/secrets.ts'
import { tryImage } from '../../image/check/trial.ts'
import type { Image } from '../../image/image.ts'
import { type LabelFacts, labelsOf, sharedLabel } from '../../ownership/labels.ts'
import { removeContainer } from '../../ownership/remove.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Context } from '../context/context.ts'

/** What of a task decides how its image is tried. */
export type CheckSpec = Pick<
  ContainerSpec,
  'check' | 'user' | 'profile' | 'init' | 'readOnly' | 'resources' | 'platform' | 'runtime'
>

/**
 * Checks an image before it is used (IMG-2): that it starts and ends as it is, its health check, its user, and that no
 * secret is baked in. What is wrong with it is said, and is in the record.
 * @param labels what the container is labelled with in which it is tried
 * @throws TaskError ACODE-CTN-004 when it fails
 */
export async function checkImage(
  context: Context,
  spec: CheckSpec,
  { id, reference }: Pick<Image, 'id' | 'reference'>,
  labels: LabelFacts,
): Promise<void> {
  const { docker, run } = context
  const image = await docker.images.find(id)
  if (image === null) return // making the task's container reports it
  runner.startGroup(`Checking ${reference}`)
  let trial: Trial | null = null
  let found: readonly ImageFinding[] = []
  try {
    const history = (await docker.images.history(id)).toReversed()
    const isEmpty = image.entrypoint.length === 0 && image.command.length === 0
    trial = isEmpty ? null : await tryOne(context, spec, image, labels)
    const { user } = parseUser(image.user)
    found = judgeImage({
      ...{ trial, isRoot: user === 0, isStrict: spec.profile === 'strict' },
      secrets: findSecrets(textsOf(image, history)),
    })
    if (trial?.refused === null) runner.info(trialLine(trial))
    for (const { text } of found) runner.info(sentence(text[0]?.toUpperCase() + text.slice(1)))
  } finally {
    runner.endGroup()
  }
  run.recorder.learn({ check: { ...factsOf(trial), findings: found.map(({ text }) => text) } })
  report(reference, found)
}

const factsOf = (trial: Trial | null) => ({
  startSeconds: trial?.startSeconds ?? null,
  exitCode: trial?.exitCode ?? null,
  health: trial?.health ?? null,
  stopSeconds: trial?.stopSeconds ?? null,
})

/** @throws TaskError ACODE-CTN-004 when there is a fault */
function report(reference: string, found: readonly ImageFinding[]): void {
  const of = (level: ImageFinding['level']) =>
    found.filter((one) => one.level === level).map(({ text }) => text)
  const warnings = of('warning')
  const faults = of('fault')
  if (warnings.length > 0)
    runner.warning(`The image ${reference} was checked: ${warnings.join('; ')}.`, 'Image')
  if (faults.length > 0)
    throw new TaskError(
      'ACODE-CTN-004',
      `The image ${reference} did not pass its check: ${faults.join('; ')}. Correct it, or leave the check out (check: false).`,
    )
}

/** All that is written in an image for everybody to read. */
function textsOf({ env, labels, entrypoint, command }: EngineImage, history: readonly string[]): ImageText[] {
  return [
    ...env.map((text) => ({ where: 'its environment', text })),
    ...Object.entries(labels).map(([key, value]) => ({ where: `its label ${key}`, text: value })),
    ...[...entrypoint, ...command].map((text) => ({ where: 'its command', text })),
    ...history.map((text, index) => ({ where: `step ${index + 1} of its history`, text })),
  ]
}

/** Tries an image in a container that is as the task's: its user, its walls and limits, and no network. */
async function tryOne(
  { docker, run, scope, signals }: Context,
  spec: CheckSpec,
  image: EngineImage,
  facts: LabelFacts,
): Promise<Trial> {
  const { runner: user } = (await askMode(docker)).mode
  const labels = { ...labelsOf(facts, {}), ...sharedLabel(null) }
  const name = `${run.identity.container}.check-${randomBytes(6).toString('hex')}`
  const description = describeTrial(spec, image, labels, user.inside)
  const container = await scope.making(() => docker.containers.create(name, description, spec.platform))
  const owned = scope.own(() => removeContainer(docker, container))
  try {
    return await tryImage(docker, {
      ...{ container, healthcheck: image.healthcheck, signal: signals.cancel },
      onProgress: (line) => runner.info(`${line}, of ${START_BUDGET_SECONDS} s`),
    })
  } finally {
    await owned.releaseQuietly()
  }
}

/** The container of a trial as the engine is asked for it. */
export function describeTrial(
  spec: CheckSpec,
  { id, healthcheck }: Pick<EngineImage, 'id' | 'healthcheck'>,
  labels: Readonly<Record<string, string>>,
  inside: Ids,
): ContainerDescription {
  return {
    Image: id,
    Labels: labels,
    // The task's user as far as it can be named without a look into the image.
    User: userOf(spec.user, inside),
    // Its pace is for years of service. That it fails at first is no sign, and how long it may is bounded by us.
    Healthcheck: healthcheck === null ? undefined : { Interval: NANOSECONDS, Retries: 1000 },
    HostConfig: {
      NetworkMode: 'none',
      LogConfig: { Type: 'none' },
      // Where the task has none, the engine's own setting counts.
      Init: spec.init || undefined,
      ...describeWalls(spec.profile),
      ReadonlyRootfs: spec.readOnly,
      Tmpfs: spec.readOnly ? { '/tmp': 'exec' } : undefined,
      ...describeLimits(spec.resources),
      Runtime: spec.runtime,
    },
  }
}

const userOf = (user: CheckSpec['user'], { uid, gid }: Ids): string | undefined => {
  if (user === 'image') return undefined
  return user === 'runner' ? `${uid}:${gid}` : user
}

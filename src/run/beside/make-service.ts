import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { resolveMounts } from '../../container/mounts/mount-sources.ts'
import * as runner from '../../github/runner.ts'
import { ownFolder } from '../../host/own-folder.ts'
import type { Image } from '../../image/image.ts'
import { type LabelFacts, labelsOf, sharedLabel } from '../../ownership/labels.ts'
import type { ServiceRecord } from '../../record/run-record.ts'
import type { ServicePlan } from '../../services/describe.ts'
import type { RunningService } from '../../services/running-service.ts'
import { ServiceLog } from '../../services/service-log.ts'
import { serviceUser } from '../../services/service-user.ts'
import { type Sign, signOf } from '../../services/sign.ts'
import { startService } from '../../services/start-service.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { lockedReference } from '../../task/locked.ts'
import type { ServiceSpec } from '../../task/services.ts'
import type { KnownEngine } from '../context/ask-engine.ts'
import type { Context } from '../context/context.ts'
import { composeImage } from '../images/compose-image.ts'
import {
  type ImageListener,
  type Obtained,
  obtainImage,
  obtainNamed,
  toolchainsOf,
} from '../images/pull-image.ts'
import type { ChosenNetwork } from './choose-network.ts'

/** What services are made with, as it comes to be known. */
export interface Ground {
  readonly engine: Promise<KnownEngine>
  readonly labels: Promise<LabelFacts>
  readonly network: Promise<ChosenNetwork>
}

/** The container of a service. */
export interface MadeService {
  readonly id: string
  readonly name: string
  /** Null when it was never started. */
  readonly running: RunningService | null
}

/** One service of a task, as far as it has come. */
export class ServiceState {
  readonly name: string
  readonly spec: ServiceSpec
  #reference: string | null = null
  #image: Image | null = null
  #plan: ServicePlan | null = null
  /** The id of its container, once there is one. */
  #container: string | null = null
  #running: RunningService | null = null

  constructor(name: string, spec: ServiceSpec) {
    this.name = name
    this.spec = spec
  }

  /** It asks for an image of this name. */
  wants(reference: string): void {
    this.#reference = reference
  }

  /** The engine has its image. */
  hasImage(image: Image): void {
    this.#image = image
  }

  /** Its container is about to be made. */
  isPlanned(plan: ServicePlan): void {
    this.#plan = plan
  }

  /** Its container is there. */
  isCreated(id: string): void {
    this.#container = id
  }

  /** Its container was started. */
  isStarted(running: RunningService): void {
    this.#running = running
  }

  /** Its container, and what follows that where it was started; null while there is none. */
  get made(): MadeService | null {
    if (this.#container === null || this.#plan === null) return null
    return { id: this.#container, name: this.#plan.container, running: this.#running }
  }

  /** What the record has of it. */
  get facts(): ServiceRecord {
    const { name, spec } = this
    const image = this.#image
    const plan = this.#plan
    return {
      ...{ name, container: plan?.container ?? null, image: this.#reference },
      digest: image === null ? null : (image.digest ?? image.id),
      ...{
        profile: spec.profile,
        user: plan?.user?.option ?? (image === null ? null : image.user || 'root'),
      },
      ...NOT_STARTED,
      ...this.#running?.facts,
      log: this.#running === null ? null : `logs/services/${name}.log`,
    }
  }
}

const NOT_STARTED = {
  ...{ startedAt: null, readyAt: null, readyBy: null, finishedAt: null },
  ...{ exitCode: null, oomKilled: false, peakMemoryBytes: null, health: null },
}

/** Makes the container of a service from its image, and starts it. Gives by what it will show that it is ready. */
export async function makeService(
  context: Context,
  state: ServiceState,
  image: Image,
  ground: Ground,
): Promise<{ readonly running: RunningService; readonly sign: Sign }> {
  const { run, docker } = context
  const { name, spec } = state
  const labels = { ...labelsOf(await ground.labels, {}), ...sharedLabel(null) }
  const { runner: user, translate } = await ground.engine
  const { container } = run.identity
  const plan: ServicePlan = {
    ...{ name, spec, image, labels },
    // What an earlier try left under the same name would be in the way.
    container: `${container}.service-${name}-${randomBytes(3).toString('hex')}`,
    user: await serviceUser(docker, { name, spec, image, runner: user.inside, container, labels }),
    mounts: await mountsOf(context, spec, translate),
    network: (await ground.network).network,
  }
  state.isPlanned(plan)
  const sign = signOf(spec, image)
  const log = join(run.recorder.paths.serviceLogs, `${name}.log`)
  await mkdir(dirname(log), { recursive: true })
  const sought = sign.by === 'log' ? sign.text : ''
  const running = await startService(
    docker,
    plan,
    run.inputs.secrets ?? {},
    new ServiceLog(log, run.recorder.redaction.stream(), sought),
    (id) => state.isCreated(id),
  )
  state.isStarted(running)
  return { running, sign }
}

/** The image of a service: named, built, or led to by toolchains, of several composed as a task's is. */
export async function serviceImage(
  context: Context,
  { pull, digests }: ContainerSpec,
  state: ServiceState,
  ground: Ground,
  signal: AbortSignal,
): Promise<Obtained> {
  const { name, spec } = state
  const asked = { ...imageIn(spec), pull, digests }
  const listener: ImageListener = {
    async wanted({ reference }) {
      state.wants(reference)
    },
    line: (line) => runner.info(`Service ${name}: ${line}`),
    signal,
  }
  if (asked.toolchain === undefined) return obtainImage(context, asked, ground.labels, listener)
  const found = await toolchainsOf(context.run, asked, asked.toolchain)
  const [first, ...others] = found
  if (first !== undefined && others.length === 0) {
    const reference = lockedReference(first.image, digests)
    const image = await obtainNamed(context, asked, { reference, toolchain: first }, listener)
    return { image, made: null }
  }
  // Whether it works is seen when it is to get ready.
  const unchecked = { ...spec, digests, check: false, init: true, readOnly: false }
  const whole = { ...unchecked, file: `composed-${name}.Dockerfile`, platform: undefined, runtime: undefined }
  const ending = { ...context, signals: { ...context.signals, cancel: signal } }
  const composed = await composeImage(ending, whole, found, await ground.labels, (reference) =>
    obtainNamed(context, asked, { reference, toolchain: null }, listener),
  )
  state.wants(composed.image.reference)
  return composed
}

const imageIn = ({ image, toolchain, build, dockerfile, buildTarget, buildArgs }: ServiceSpec) => ({
  ...{ image, toolchain, build, dockerfile, buildTarget, buildArgs },
  ...{ platform: undefined, workdir: undefined, workspacePath: undefined },
})

const mountsOf = (
  { docker, run: { paths, folder } }: Context,
  spec: ServiceSpec,
  translate: KnownEngine['translate'],
) =>
  resolveMounts(spec, {
    workspace: paths.workspace,
    endpoint: () => docker.endpoint(),
    fileCommands: paths.fileCommands,
    runs: dirname(folder.root),
    own: ownFolder(paths.keeping, paths.workspace, false),
    translate,
  })

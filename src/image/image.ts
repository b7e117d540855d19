import type { Docker } from '../engine/docker.ts'
import { EngineError } from '../engine/errors.ts'
import { isPassing, type PullFault, pullFault } from '../engine/pull-faults.ts'
import { splitReference } from '../engine/registry/image-reference.ts'
import type { RegistryAuth } from '../engine/registry/registry-auth.ts'
import { messageOf, sentence, TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { inFull } from '../task/image-name.ts'
import { PullProgress } from './pull-progress.ts'

/** An image that the engine has. */
export interface Image {
  /** As the task named it. */
  readonly reference: string
  /** The image's own id, `sha256:…`: names the content also where no registry gave it a digest. */
  readonly id: string
  /** The digest under which its registry has it; null for an image made on this engine. */
  readonly digest: string | null
  readonly platform: string
  /** `USER` of the image; empty: root. */
  readonly user: string
  /** `ENTRYPOINT` of the image; empty: none. */
  readonly entrypoint: readonly string[]
  /** `CMD` of the image; empty: none. */
  readonly command: readonly string[]
  /** `HOME` among its variables (`ENV`); undefined: none. */
  readonly home: string | undefined
  readonly bytes: number
  /** What a shell runs in the task's container before its own command, as a development container asks for it. */
  readonly prelude?: string
  /** Whether it has a `HEALTHCHECK`. */
  readonly hasHealthCheck: boolean
  /** TCP ports that it says it listens on (`EXPOSE`). */
  readonly ports: readonly number[]
}

/** How to come by an image. */
interface ImageRequest {
  readonly reference: string
  /** Tried in this order until one of them has the image. */
  readonly pull: readonly PullPolicy[]
  readonly platform: string | undefined
  /** Credentials for its registry, asked for where it is pulled. */
  readonly auth: () => Promise<RegistryAuth | null>
  readonly signal: AbortSignal
  /** Given what there is to say of a pull, a line at a time. */
  readonly onProgress: (line: string) => void
}

/** `never` looks on the engine alone, `always` asks the registry, and `if-missing` the one and then the other. */
export type PullPolicy = ContainerSpec['pull'][number]

/**
 * The image of a task, pulled where it has to be (RUN-6). Its registry is asked once: where it has failed, only what
 * the engine has already can follow.
 * @throws TaskError ACODE-CTN-004 when it cannot be had, ACODE-CTN-005 when no engine answers
 */
export async function ensureImage(docker: Docker, request: ImageRequest): Promise<Image> {
  let failure: TaskError | null = null
  for (const policy of request.pull) {
    const here = policy === 'always' ? null : await findImage(docker, request)
    if (here) {
      if (failure) request.onProgress(`${failure.message} The one of this engine is used.`)
      return here
    }
    if (policy === 'never' || failure !== null) continue
    try {
      return await pulledImage(docker, request)
    } catch (error) {
      if (!(error instanceof TaskError) || request.signal.aborted) throw error
      failure = error
    }
  }
  throw failure ?? missing(request)
}

const missing = ({ reference }: ImageRequest): TaskError =>
  new TaskError(
    'ACODE-CTN-004',
    `The image ${reference} is not on this engine, and pull is never. Pull or build it before, or use pull: if-missing.`,
  )

async function pulledImage(docker: Docker, request: ImageRequest): Promise<Image> {
  await pull(docker, request)
  const pulled = await findImage(docker, request)
  if (pulled) return pulled
  throw new TaskError(
    'ACODE-CTN-004',
    `The image ${request.reference} was pulled but the engine does not have it${request.platform ? ` for ${request.platform}` : ''}. Check its name and platform.`,
  )
}

async function findImage(
  docker: Docker,
  { reference, platform }: Pick<ImageRequest, 'reference' | 'platform'>,
): Promise<Image | null> {
  const found = await docker.images.find(reference)
  if (found === null) return null
  const { id, user, entrypoint, command, bytes, healthcheck, ports } = found
  const digest = digestOf(reference, found.digests)
  const image = {
    ...{ reference, id, digest, user, entrypoint, command, bytes, ports },
    hasHealthCheck: healthcheck !== null,
    platform: `${found.os}/${found.architecture}`,
    home: found.env.find((one) => one.startsWith('HOME='))?.slice('HOME='.length),
  }
  return platform === undefined || samePlatform(platform, image.platform) ? image : null
}

/**
 * The image of an id that the engine has just made, under a name.
 * @throws TaskError ACODE-CTN-004 when it is gone again
 */
export async function imageOfId(docker: Docker, id: string, reference: string): Promise<Image> {
  const found = await findImage(docker, { reference: id, platform: undefined })
  if (found) return { ...found, reference }
  throw new TaskError(
    'ACODE-CTN-004',
    `The image ${reference} (${id}) was built but the engine does not have it. Try again; something may have removed it.`,
  )
}

const ID = /^sha256:[0-9a-f]{64}$/

/** The digest in the repository that the reference names: in another one, an image that was tagged has another. */
export function digestOf(reference: string, digests: readonly string[]): string | null {
  const repository = inFull(splitReference(reference).repository)
  const own = ID.test(reference)
    ? digests[0]
    : digests.find((one) => inFull(one.split('@')[0] ?? '') === repository)
  return own?.split('@')[1] ?? null
}

const samePlatform = (asked: string, has: string): boolean =>
  asked === has || asked.startsWith(`${has}/`) || (!asked.includes('/') && has.startsWith(`${asked}/`))

const ATTEMPTS = 3
const FIRST_PAUSE_MS = 1_000

async function pull(docker: Docker, request: ImageRequest): Promise<void> {
  const auth = await request.auth()
  for (let attempt = 1; ; attempt++) {
    const progress = new PullProgress(request.onProgress)
    try {
      await docker.images.pull(request.reference, {
        ...{ platform: request.platform, auth, signal: request.signal },
        onMessage: (message) => progress.take(message),
      })
      request.onProgress(progress.summary())
      return
    } catch (error) {
      const again = attempt < ATTEMPTS && error instanceof EngineError && isPassing(error)
      if (!again) throw await pullError(docker, request, error)
      const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1)
      request.onProgress(
        `${messageOf(error)}; trying again in ${pause / 1000} s (${attempt} of ${ATTEMPTS - 1})`,
      )
      await sleep(pause, request.signal)
    }
  }
}

async function pullError(docker: Docker, { reference }: ImageRequest, error: unknown): Promise<unknown> {
  if (!(error instanceof EngineError)) return error
  if (error.reason === 'aborted' || error.reason === 'missing') return error
  if ((await docker.unreachableReason()) !== null) return error
  return new TaskError(
    'ACODE-CTN-004',
    `The image ${reference} could not be pulled: ${sentence(error.message)} ${pullAdvice(error)}`,
    { cause: error },
  )
}

/** What can be done about a pull that failed, by what the engine says of it. */
export const pullAdvice = (error: EngineError): string => PULL_ADVICE[pullFault(error)]

const PULL_ADVICE: Readonly<Record<PullFault, string>> = {
  'disk-full': 'Free space on the engine’s disk, for instance with: docker system prune.',
  'no-platform': 'Use a tag that exists for this platform, or name another one with platform.',
  'rate-limit':
    'Log in (docker login before this step, or the input registries), which raises the limit, or try again later.',
  'no-image': 'Check its name and tag.',
  denied:
    'Check its name, and log in to its registry (docker login before this step, or the input registries).',
  'no-way': 'Check the registry in its name, and that this machine reaches it.',
  unknown:
    'Check its name, and log in to its registry (docker login before this step, or the input registries).',
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/**
 * Why a call of the engine did not succeed.
 *
 * No answer: `missing`, there is no docker command; `unreachable`, no engine is there, or it went away; `denied`, this
 * user may not use it; `no-common-version`, it speaks no version of its API that its client speaks; `timeout`, it did
 * not answer in time; `aborted`, we gave the call up.
 *
 * Refusals: `not-found`, what the call is about is not there; `conflict`, its name is taken or it is in use;
 * `still-mounted`, the engine counts a volume as mounted, whether it is or not;
 * `mount-unseen`, the engine does not see a file that is to be mounted; `disk-full`, its disk has no room;
 * `no-addresses`, it has none left for a network; `no-init`, the init that it is to run the task under is not installed;
 * `refused`, everything else.
 */
export type EngineReason =
  | ('missing' | 'unreachable' | 'denied' | 'no-common-version' | 'timeout' | 'aborted')
  | ('not-found' | 'conflict' | 'still-mounted' | 'mount-unseen')
  | ('disk-full' | 'no-addresses' | 'no-init' | 'refused')

const WITHOUT_ANSWER: readonly EngineReason[] = [
  'missing',
  'unreachable',
  'denied',
  'no-common-version',
  'timeout',
  'aborted',
]

/** A call of the engine that did not succeed. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly reason: EngineReason
  /** What was asked for, for people: `container start`, or `docker create` where the CLI was asked. */
  readonly call: string
  /** True when the engine was not even asked: it did not greet. */
  isUnsent = false

  constructor(reason: EngineReason, call: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
    this.call = call
  }
}

/** True when the engine answered, and its answer was no. */
export const isRefusal = (error: unknown): error is EngineError =>
  error instanceof EngineError && !WITHOUT_ANSWER.includes(error.reason)

/** True for a call whose engine says that what it is about is not there. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof EngineError && error.reason === 'not-found'

/** Why a call did not succeed; null when it did. */
export async function failureOf(call: Promise<void>): Promise<EngineError | null> {
  try {
    await call
    return null
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
}

/** Reasons for which the engine has no separate status, by the words of Docker 20.10 to 29 and of Podman. */
const BY_WORDS: readonly (readonly [EngineReason, RegExp])[] = [
  // Podman's API has it with the status of any failure.
  ['conflict', /container name .* is already in use/i],
  ['no-common-version', /client version \S+ is too (?:old|new)/i],
  ['disk-full', /no space left on device|disk quota exceeded/i],
  ['still-mounted', /volume has active mounts/i],
  ['no-init', /container-init binary not found|exec: "docker-init": executable file not found/i],
  [
    'mount-unseen',
    // Not allowed in is an engine that runs as another user: a rootless one, or root where the files are a server's.
    /bind source path does not exist|mounts denied|statfs .*no such file|type "bind": stat .*permission denied/i,
  ],
  [
    'no-addresses',
    /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted|could not find free subnet/i,
  ],
]

/** Reasons that the CLI has in words only. */
const BY_CLI_WORDS: readonly (readonly [EngineReason, RegExp])[] = [
  ...BY_WORDS,
  // Podman, which looks for a container's network when that is created.
  ['not-found', /network \S+ not found|network with name or ID .* not found/i],
  ['no-common-version', /requires API version \S+, but the Docker daemon API version is/i],
  ['denied', /permission denied while trying to connect|dial unix .*: permission denied/i],
  [
    'unreachable',
    /cannot connect to the docker daemon|failed to connect to the docker API|error during connect/i,
  ],
]

const byWords = (words: typeof BY_WORDS, message: string): EngineReason | undefined =>
  words.find(([, pattern]) => pattern.test(message))?.[0]

const BY_STATUS: Readonly<Record<number, EngineReason>> = { 404: 'not-found', 409: 'conflict' }

/** The engine's refusal, from the status and the message of its answer. */
export function refusalOf(call: string, status: number, message: string): EngineError {
  const reason = byWords(BY_WORDS, message) ?? BY_STATUS[status] ?? 'refused'
  return new EngineError(reason, call, message || `the engine answered ${call} with status ${status}`)
}

/** The refusal of a call through the CLI, from what it printed. */
export function cliRefusal(call: string, stderr: string, code: number | null): EngineError {
  const message = stderr.trim().replace(/^Error response from daemon: /, '')
  return new EngineError(
    byWords(BY_CLI_WORDS, message) ?? 'refused',
    call,
    message || `${call} ended with ${code}`,
  )
}

/** That a program which reaches the engine could not be started; anything else as it is. */
export function cannotStart(call: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'ENOENT') return new EngineError('missing', call, 'the docker command is not on PATH')
  if (code === 'E2BIG')
    return new EngineError('refused', call, 'the arguments or environment are larger than the system allows')
  return error
}

/** What became of a connection, as the failure of the call that went over it. */
export function connectionError(call: string, error: Error): EngineError {
  if (error instanceof EngineError) return error
  const reason = /^(EACCES|EPERM)$/.test(codeOf(error)) ? 'denied' : 'unreachable'
  return new EngineError(reason, call, error.message, { cause: error })
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** True for a builder that says that it has no BuildKit, which alone takes secrets. */
export const lacksBuildKit = ({ message }: EngineError): boolean =>
  /--secret|requires? BuildKit/i.test(message)

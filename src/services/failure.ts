import type { Cause } from '../container/life/memory-kill.ts'
import type { ContainerState } from '../engine/container-answers.ts'
import { sentence, TaskError } from '../errors.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import { limitsOf, type ServiceSpec } from '../task/services.ts'
import { type Sign, wordsOf } from './sign.ts'
import type { Listening } from './sockets.ts'

/** A service as messages name it. */
export interface NamedService {
  readonly name: string
  readonly reference: string
  readonly spec: ServiceSpec
  /** The last lines that it printed; empty when it printed nothing. */
  readonly lastLines: string
}

/** When a service ended: before it was ready, or while the task ran. */
type When = 'start' | 'run'

/** How a service ended; `state` null: someone else removed it. */
interface End {
  readonly state: Pick<ContainerState, 'exitCode' | 'startedAt' | 'error'> | null
  readonly cause: Cause
}

/** A service ended before its task did. */
export function endedError(service: NamedService, end: End, when: When): TaskError {
  const isMemory = end.cause === 'limit' || end.cause === 'machine'
  return failure(
    service,
    `${howEnded(service, end)} ${when === 'start' ? 'before it was ready' : 'while the task ran'}`,
    isMemory
      ? 'Give it more memory, or let it need less'
      : 'Correct its image, command, user, profile or env by what it says',
  )
}

function howEnded({ spec }: NamedService, { state, cause }: End): string {
  const { memory } = limitsOf(spec)
  if (state === null) return 'was removed by someone else'
  if (cause === 'limit')
    return `was killed for memory (limit ${memory === undefined ? 'of the machine' : formatBytes(memory)})`
  if (cause === 'machine') return 'was killed for memory, of which the machine had no more,'
  if (cause === 'outside')
    return 'was ended from outside, by docker stop or kill or an engine that was about to stop,'
  return `ended with exit code ${state.exitCode}`
}

/** A service is not ready, and its time is up. */
export function notReadyError(service: NamedService, sign: Sign, seen: Seen): TaskError {
  const { timeout } = service.spec.ready
  return failure(
    service,
    `was not ready within ${formatSeconds(timeout)}: ${seenOf(sign, seen)}`,
    'Give it more time with ready: { timeout: … }, or correct what it waits for',
  )
}

/** A service that a task relies on is not well. */
export function unhealthyError(service: NamedService, seconds: number, output: string): TaskError {
  const said = output === '' ? '' : `, and its health check says: ${oneLine(output)}`
  return failure(
    service,
    `has been unhealthy for ${formatSeconds(seconds)} while the task ran${said}`,
    'Correct its health check, or give it more memory, cpus or retries',
  )
}

/** Whether its port answers cannot be seen. */
export const uncheckableError = (service: NamedService, sign: Sign): TaskError =>
  failure(
    service,
    `has no /bin/sh, and the engine is not on this machine: whether ${wordsOf(sign)} answers cannot be seen`,
    'Use ready: { log: … }, or a health check',
  )

/** What was last seen of a service that is waited for. */
export interface Seen {
  readonly state: ContainerState | null
  readonly listening: Listening | null
}

function seenOf(sign: Sign, { state, listening }: Seen): string {
  if (sign.by === 'log') return `it did not print ${wordsOf(sign)}`
  if (sign.by === 'start') return 'it did not start'
  if (sign.by === 'port') {
    const isInside = sign.ports.some((port) => listening?.inside.has(port))
    return isInside
      ? `it listens on ${wordsOf(sign)} of its own loopback alone, where no other container reaches it`
      : `it does not listen on ${wordsOf(sign)}`
  }
  const { status = 'unknown', output = '' } = state?.check ?? {}
  return `its health is ${status}${output === '' ? '' : ` (${oneLine(output)})`}`
}

const LONGEST_OUTPUT = 300
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, LONGEST_OUTPUT)

/** Each of the last lines is an item, so that a summary shows them as lines. */
function failure({ name, reference, lastLines }: NamedService, what: string, advice: string): TaskError {
  const lines = lastLines.split('\n').filter((line) => line.trim() !== '')
  const log =
    lines.length === 0
      ? 'It printed nothing.'
      : `Its log is logs/services/${name}.log of the record, and ends with:\n${lines.map((line) => `  - ${line}`).join('\n')}`
  return new TaskError(
    'ACODE-CTN-014',
    `The service ${name} (${reference}) ${what}. ${sentence(advice)} ${log}`,
  )
}

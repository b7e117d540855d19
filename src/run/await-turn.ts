import { setTimeout as sleep } from 'node:timers/promises'
import type { TaskContainer } from '../container/life/make-container.ts'
import { hasEnded } from '../engine/container-answers.ts'
import type { Docker } from '../engine/docker.ts'
import { TaskError } from '../errors.ts'
import { formatSeconds } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import { gatherEvidence, listManaged, type Managed, witnessNow } from '../ownership/managed.ts'
import { verdictOf } from '../ownership/orphans.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { type Context, throwIfCancelled } from './context/context.ts'

/** A container of a task, as far as its turn depends on it. */
export interface Waiting {
  readonly id: string
  readonly name: string
  /** False for one that waits for its turn, or is about to start. */
  readonly isRunning: boolean
  /** Epoch seconds, with fractions. */
  readonly created: number
}

/** Those that run, and those that were made before ours: who is made first has the first turn. */
export const aheadOf = (own: Waiting, others: readonly Waiting[]): readonly Waiting[] =>
  others.filter(
    ({ id, isRunning, created }) =>
      id !== own.id && (isRunning || created < own.created || (created === own.created && id < own.id)),
  )

const LOOK_MS = 1_000
const REPORT_MS = 30_000
/** A container that was made before ours may be listed a moment after it: one look would not see it. */
const SETTLE_MS = 100

/**
 * Waits until fewer containers of this action are on the engine than the task allows (`max-containers`): those that run,
 * and those that were made before ours. Orphans do not count. The wait is bounded by the task's own timeout.
 * @throws TaskError ACODE-CTN-007 when the turn does not come, ACODE-CTN-009 when the job is cancelled
 */
export async function awaitTurn(
  context: Context,
  { maxContainers, timeoutSeconds }: ContainerSpec,
  { id, name }: TaskContainer,
): Promise<void> {
  if (maxContainers === undefined) return
  const { docker, signals } = context
  const giveUp = performance.now() + timeoutSeconds * 1000
  let reportAt = performance.now()
  for (let clear = 0; clear < 2; ) {
    throwIfCancelled(context)
    const ahead = await whoIsAhead(docker, id)
    clear = ahead.length < maxContainers ? clear + 1 : 0
    const now = performance.now()
    if (clear === 0 && now > giveUp) throw noTurn(name, maxContainers, timeoutSeconds, ahead)
    if (clear === 0 && now >= reportAt) {
      runner.info(`Waiting for a turn: ${maxContainers} at most (max-containers), and ${shown(ahead)}`)
      reportAt = now + REPORT_MS
    }
    if (clear < 2)
      await sleep(clear === 0 ? LOOK_MS : SETTLE_MS, undefined, { signal: signals.cancel }).catch(nothing)
  }
}

const nothing = () => undefined

async function whoIsAhead(docker: Docker, id: string): Promise<readonly Waiting[]> {
  const tasks = (await listManaged(docker, 'container')).filter(isTask)
  const { claims, witness } = await gatherEvidence(docker, tasks, witnessNow())
  const living = claims.filter((one) => one.id === id || verdictOf(one, witness).kind !== 'orphan')
  const all = (await Promise.all(living.map((one) => waitingOf(docker, one)))).flat()
  const own = all.find((one) => one.id === id)
  // Ours is gone: its start reports that.
  return own === undefined ? [] : aheadOf(own, all)
}

/** The container of a task itself, which has not ended: what belongs to it has a suffix after a full stop. */
const isTask = ({ name, state }: Managed): boolean =>
  !name.includes('.') && state !== null && !hasEnded(state)

/** The list dates to the second; who waits is asked for more. */
async function waitingOf(docker: Docker, { id, name, state, created }: Managed): Promise<Waiting[]> {
  if (state !== 'created') return [{ id, name, isRunning: true, created: created ?? 0 }]
  const found = await docker.containers.find(id)
  if (found === null) return []
  return [{ id, name, isRunning: found.state.status !== 'created', created: found.created ?? created ?? 0 }]
}

function noTurn(name: string, most: number, seconds: number, ahead: readonly Waiting[]): TaskError {
  return new TaskError(
    'ACODE-CTN-007',
    `The container ${name} did not get its turn within ${formatSeconds(seconds)}, its task’s timeout: ${shown(ahead)}, of ${most} at most (max-containers). Raise max-containers or timeout, or let fewer tasks run on this engine.`,
    { status: 'timed-out' },
  )
}

const MOST_NAMED = 5

function shown(ahead: readonly Waiting[]): string {
  const names = ahead.slice(0, MOST_NAMED).map(({ name }) => name)
  const more = ahead.length > MOST_NAMED ? ` and ${ahead.length - MOST_NAMED} more` : ''
  const verb = ahead.length === 1 ? 'is' : 'are'
  return `${ahead.length} ${verb} before it (${names.join(', ')}${more})`
}

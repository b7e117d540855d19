import { setTimeout as sleep } from 'node:timers/promises'
import { TaskError } from '../../errors.ts'
import { formatSeconds } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import { isOf, listManaged } from '../../ownership/managed.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { type Context, throwIfCancelled } from '../context/context.ts'

const PAUSE_MS = 1_000
const REPORT_MS = 30_000

/**
 * Waits for addresses of the engine where other tasks hold some, and makes a network as soon as there are any. A task
 * holds one network at most, so that none waits for another in a circle.
 * @param make false when there are no addresses
 * @throws TaskError ACODE-CTN-003 when none will be freed, ACODE-CTN-007 when the wait is as long as the timeout
 */
export async function awaitAddresses(
  context: Context,
  { timeoutSeconds }: Pick<ContainerSpec, 'timeoutSeconds'>,
  make: () => Promise<boolean>,
): Promise<void> {
  const begun = performance.now()
  let reportAt = begun
  for (;;) {
    throwIfCancelled(context)
    if (context.scope.isEnding) throw noAddresses('and the task no longer waits for any')
    const holders = await holdersOf(context)
    if (await make()) return
    if (holders === 0) throw noAddresses('and no other task has any that it would free')
    const now = performance.now()
    if (now - begun > timeoutSeconds * 1000)
      throw new TaskError(
        'ACODE-CTN-007',
        noAddresses(`and none came free within ${formatSeconds(timeoutSeconds)}, the task’s timeout`).message,
        {
          status: 'timed-out',
        },
      )
    if (now >= reportAt) {
      runner.info(
        `Waiting for addresses of the engine: ${holders} other ${holders === 1 ? 'task holds' : 'tasks hold'} networks`,
      )
      reportAt = now + REPORT_MS
    }
    await sleep(PAUSE_MS, undefined, { signal: context.signals.cancel }).catch(() => undefined)
  }
}

/** How many networks there are of other tasks, which go when these end; those of the dead a sweep removes. */
async function holdersOf({ docker, run }: Context): Promise<number> {
  const listed = await listManaged(docker, 'network')
  return listed.filter((one) => !isOf(run.owner)(one)).length
}

const noAddresses = (why: string): TaskError =>
  new TaskError(
    'ACODE-CTN-003',
    `The engine has no addresses left for the network that services or egress need, ${why}. Remove networks that nothing uses (docker network prune), or give it more: default-address-pools in the engine's daemon.json.`,
  )

import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import * as runner from '../github/runner.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import { witnessNow } from '../ownership/managed.ts'
import { verdictOf } from '../ownership/orphans.ts'

/** Main needs 8 s for what it does at its end where nothing answers. */
const PATIENCE_MS = 9_000
/** What the kernel takes to end a process. */
const KILL_MS = 2_000
const PAUSE_MS = 50

/**
 * Ends a main that outlived its step, as one in a job's container may: it stops its task, writes its record and
 * removes what it made. One that does not end by itself is killed.
 * @param hurry aborted where there is no time to wait
 * @returns why it could not be ended; null when none is left
 */
export async function endMain(main: ProcessIdentity, hurry: AbortSignal): Promise<string | null> {
  if (!isAlive(main)) return null
  runner.info('Main is still at work, though its step is over: it is ended now.')
  try {
    process.kill(main.pid, 'SIGTERM')
    if (await isGone(main, PATIENCE_MS, hurry)) return null
    process.kill(main.pid, 'SIGKILL')
    if (await isGone(main, KILL_MS)) return null
    return `main of this step, process ${main.pid}, is still at work: it could not be killed`
  } catch (error) {
    if (!isAlive(main)) return null
    return `main of this step, process ${main.pid}, is still at work: ${messageOf(error)}`
  }
}

const isAlive = (owner: ProcessIdentity): boolean =>
  verdictOf({ owner, deadline: null }, witnessNow()).kind === 'alive'

async function isGone(main: ProcessIdentity, patienceMs: number, hurry?: AbortSignal): Promise<boolean> {
  const giveUp = performance.now() + patienceMs
  while (isAlive(main)) {
    if (performance.now() > giveUp || hurry?.aborted) return false
    await sleep(PAUSE_MS)
  }
  return true
}

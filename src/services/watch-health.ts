import { setTimeout as sleep } from 'node:timers/promises'
import type { Health } from '../engine/health.ts'
import type { TaskError } from '../errors.ts'
import { unhealthyError } from './failure.ts'
import type { RunningService } from './running-service.ts'
import { nullIfUnanswered } from './unanswered.ts'

const PAUSE_MS = 5_000
/** Engines call unhealthy what failed several times in a row. Under the load of a test that passes; what lasts does not. */
const STAYS_SECONDS = 30

/** Whether a service stays unhealthy: what is seen of it from time to time. */
export class HealthWatch {
  #since: number | null = null

  /**
   * @param seconds when it was looked at, on any clock
   * @returns for how long it has been unhealthy, where that is too long; else null
   */
  see(status: Health | null | undefined, seconds: number): number | null {
    if (status !== 'unhealthy') this.#since = null
    else this.#since ??= seconds
    const lasts = this.#since === null ? 0 : seconds - this.#since
    return lasts >= STAYS_SECONDS ? lasts : null
  }
}

/** Looks at the health of a service while its task runs, until `stop`. Why it is not well, where it stays so; else null. */
export async function watchHealth(
  service: Pick<RunningService, 'isOver' | 'state' | 'named'>,
  stop: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<TaskError | null> {
  const watch = new HealthWatch()
  for (;;) {
    await sleep(pauseMs, undefined, { signal: stop, ref: false }).catch(() => undefined)
    if (stop.aborted || service.isOver) return null
    const state = await service.state().catch(nullIfUnanswered)
    const lasts = watch.see(state?.check?.status, performance.now() / 1000)
    if (lasts !== null) return unhealthyError(service.named(), lasts, state?.check?.output ?? '')
  }
}

import { z } from 'zod'

/** What the engine keeps of a container's health checks: how many failed in a row, and the last five. */
export const healthSchema = z.object({
  Status: z.string(),
  FailingStreak: z.number().optional(),
  Log: z.array(z.object({ ExitCode: z.number(), Output: z.string().default('') })).nullish(),
})

/** What of it says how the checks went. */
interface Checks {
  readonly Status?: string
  readonly FailingStreak?: number | undefined
  readonly Log?: readonly { readonly ExitCode: number }[] | null | undefined
}

/** As many checks as engines keep. */
const KEPT = 5
/** What engines take where the image does not say. */
const DEFAULT_RETRIES = 3

/**
 * The health of an ended container while it ran. The engine says `unhealthy` of every container that has ended, so that
 * its checks are judged as the engine judged them: `unhealthy` after as many failures in a row as it was set to, `healthy`
 * after one success, `starting` before. Null when what is kept does not go back far enough.
 */
export function healthWhileRunning(
  { FailingStreak: streak = 0, Log: log }: Checks,
  retries = 0,
): 'healthy' | 'unhealthy' | 'starting' | null {
  const checks = log ?? []
  if (streak >= (retries > 0 ? retries : DEFAULT_RETRIES)) return 'unhealthy'
  if (checks.some(({ ExitCode }) => ExitCode === 0)) return 'healthy'
  return checks.length < KEPT ? 'starting' : null
}

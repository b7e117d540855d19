import { z } from 'zod'

const HEALTHS = ['starting', 'healthy', 'unhealthy'] as const

/** What the checks of a container say of it. */
export type Health = (typeof HEALTHS)[number]

/** True where the checks have come to a result. */
export const isDecided = (health: Health | null): boolean => health === 'healthy' || health === 'unhealthy'

/**
 * What the engine keeps of a container's health checks: how many failed in a row, and the last five. Words of no check
 * (`none`, or none at all), and those that are not known, say nothing of its health.
 */
export const healthSchema = z.object({
  Status: z.enum(HEALTHS).nullable().catch(null),
  FailingStreak: z.number().optional(),
  Log: z.array(z.object({ ExitCode: z.number(), Output: z.string().default('') })).nullish(),
})

/** What of it says how the checks went. */
interface Checks {
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
): Health | null {
  const checks = log ?? []
  if (streak >= (retries > 0 ? retries : DEFAULT_RETRIES)) return 'unhealthy'
  if (checks.some(({ ExitCode }) => ExitCode === 0)) return 'healthy'
  return checks.length < KEPT ? 'starting' : null
}

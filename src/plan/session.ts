import { randomBytes } from 'node:crypto'

/**
 * The session of all legs of this plan, without their attempt: letters and digits, 18 at most where both ids have
 * 11 digits. The run can be read back from it; the job's check run tells two plans of one run apart, and chance
 * where the server names none. A leg that is run again alone finds the outputs of the plan as they were.
 */
export function sessionStem(runId: string, checkRunId: string | undefined): string {
  // A hash in a name has no 0: with it, a session is never taken for one that was shortened (task/identity.ts).
  return `r${base36(runId) ?? '0'}0${base36(checkRunId ?? '') ?? BigInt(`0x${randomBytes(5).toString('hex')}`).toString(36)}`
}

const base36 = (digits: string): string | null =>
  /^\d{1,12}$/.test(digits) ? BigInt(digits).toString(36) : null

import { z } from 'zod'
import { STATUSES } from '../../errors.ts'
import type { Leg } from '../leg.ts'

/** How a task ended in a run, as later runs read it. */
const earlierTask = z.object({
  id: z.string().max(500),
  status: z.enum([...STATUSES, 'missing', 'invalid']),
  seconds: z.number().min(0).nullable(),
})

/** What a report leaves for those of later runs. */
export const earlierRunSchema = z.object({
  schemaVersion: z.literal(1),
  tasks: z.array(earlierTask).max(10_000),
})

/** A run that came before this one, and how its tasks ended. */
export type EarlierRun = z.output<typeof earlierRunSchema>

/** What is left of this run. */
export const earlierRunOf = (legs: readonly Leg[]): EarlierRun => ({
  schemaVersion: 1,
  tasks: legs.map(({ id, status, record }) => ({ id, status, seconds: record?.durationSeconds ?? null })),
})

/** The artifact in which it is left: the same in each run of the workflow, so that it can be asked for by name. */
export const historyName = (job: string, attempt: string | number): string =>
  `acode-history.${job.replace(/[^\w-]/g, '-')}.a${attempt}.json`

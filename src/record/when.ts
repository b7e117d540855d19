import type { RunRecord } from './run-record.ts'

/** When something is done at the end of a run. */
export type When = 'always' | 'on-failure' | 'never'

/** Whether this is done for a run that ended so; one without a record did not end well. */
export function isDue(when: When, status: RunRecord['status'] | undefined): boolean {
  return when === 'always' || (when === 'on-failure' && status !== 'succeeded' && status !== 'skipped')
}

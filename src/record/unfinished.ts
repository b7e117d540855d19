import type { RunRecord } from './run-record.ts'

/** How far a run had come when it was ended. */
type Stage = 'preparing' | 'running' | 'collecting' | 'removing'

/** How far a run has come, by what its record knows. */
export function stageOf({ phases, exitCode }: RunRecord): Stage {
  if (phases.collect !== undefined) return 'removing'
  if (exitCode !== null) return 'collecting'
  return phases.create === undefined ? 'preparing' : 'running'
}

/**
 * What is so of a run that was ended before its end. How the task ended is kept where that is known.
 * @param what the event that ended the run, for instance "The job was cancelled"
 */
export function unfinished(
  record: RunRecord,
  what: string,
): Pick<RunRecord, 'status' | 'error' | 'collection'> {
  const stage = stageOf(record)
  const hasEnded = stage === 'collecting' || stage === 'removing'
  const message = `${what} ${whileDoing(stage, record)}`
  // A task's own failure is the one that counts.
  const own = hasEnded ? record.error : null
  return {
    status: hasEnded ? record.status : 'cancelled',
    error: own
      ? { code: own.code, message: `${own.message} ${message}` }
      : { code: 'ACODE-CTN-009', message },
    collection: stage === 'collecting' ? (record.collection ?? CUT_OFF) : record.collection,
  }
}

const CUT_OFF = {
  files: 0,
  bytes: 0,
  exceeded: ['cancelled'],
  leftOut: { count: 0, names: [] },
  artifacts: 0,
  renamed: [],
} satisfies RunRecord['collection']

function whileDoing(stage: Stage, { container: { name }, exitCode }: RunRecord): string {
  switch (stage) {
    case 'preparing':
      return `before the task of ${name} was started.`
    case 'running':
      return `while ${name} was started or ran; how its task would have ended is not known.`
    case 'collecting':
      return `after the task of ${name} had ended with ${exitCode}, while what it left was collected: changes, outputs and artifacts are not all in the record, and changes may not have been applied.`
    case 'removing':
      return `after the task of ${name} had ended with ${exitCode} and what it left was collected, while its container was removed.`
  }
}

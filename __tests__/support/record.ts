import { newRecord, type RunRecord } from '../../src/record/run-record.ts'

export const STARTED_AT = new Date('2026-01-02T03:04:05.000Z')

const RUNNER = {
  RUNNER_NAME: 'Runner 1',
  RUNNER_OS: 'Linux',
  RUNNER_ARCH: 'X64',
  GITHUB_REPOSITORY: 'octo/repo',
  GITHUB_SHA: 'abc',
  GITHUB_REF: 'refs/heads/main',
}

/** A run's record with some of it changed. */
export function recordWith(fields: Partial<RunRecord> = {}, env: NodeJS.ProcessEnv = RUNNER): RunRecord {
  const identity = { session: 's1', task: 'unit', container: 'acode-s1-unit' }
  return { ...newRecord(identity, env, '1.2.3', STARTED_AT), ...fields }
}

/** A record as it is when its run begins. */
export const RECORD: RunRecord = recordWith()

import { describe, expect, it } from 'vitest'
import { sessionStem } from '../../../src/plan/publish.ts'
import { identify } from '../../../src/task/identity.ts'

const source = {
  repository: '',
  workflow: '',
  runId: '',
  runAttempt: '',
  job: '',
  step: '',
  matrix: null,
  checkRunId: '',
  jobIndex: '',
}

describe('the session of a plan (ACT-3)', () => {
  it('is at most 20 letters and digits, for ids of 11 digits', () => {
    expect(sessionStem('99999999999', '99999999999')).toMatch(/^[a-z0-9]{1,20}$/)
  })

  it('is the same for the same job, and another one for another job or run', () => {
    expect(sessionStem('18000000001', '50000000001')).toBe(sessionStem('18000000001', '50000000001'))
    expect(sessionStem('18000000001', '50000000001')).not.toBe(sessionStem('18000000001', '50000000002'))
    expect(sessionStem('18000000001', '50000000001')).not.toBe(sessionStem('18000000002', '50000000001'))
  })

  it('differs between two plans also where the server names no check run', () => {
    expect(sessionStem('1', undefined)).not.toBe(sessionStem('1', undefined))
    expect(sessionStem('', '')).toMatch(/^r00[a-z0-9]{1,8}$/)
  })

  it('is kept as it is in the names of the legs, whatever the ids and the attempt', () => {
    for (let id = 0; id < 5_000; id++) {
      const session = `${sessionStem(String(18_000_000_000 + id * 7919), String(50_000_000_000 + id * 104_729))}a${(id % 999) + 1}`
      expect(identify({ ...source, sessionId: session, taskId: 'unit' }).session).toBe(session)
    }
  })
})

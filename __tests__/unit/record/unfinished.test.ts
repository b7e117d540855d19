import { describe, expect, it } from 'vitest'
import { runRecordSchema } from '../../../src/record/run-record.ts'
import { stageOf, unfinished } from '../../../src/record/unfinished.ts'
import { recordWith } from '../../support/record.ts'

const ENDED = { exitCode: 0, status: 'succeeded', error: null } as const
const OWN = { code: 'ACODE-CTN-007', message: 'Its time was up.' } as const

describe('stageOf (RUN-8)', () => {
  it.each([
    [{}, 'preparing'],
    [{ phases: { pull: 1 } }, 'preparing'],
    [{ phases: { create: 1 } }, 'running'],
    [{ phases: { create: 1, run: 1 }, exitCode: 3 }, 'collecting'],
    [{ phases: { create: 1, run: 1, collect: 1 }, exitCode: 3 }, 'removing'],
  ])('of %j is %s', (fields, stage) => {
    expect(stageOf(recordWith(fields))).toBe(stage)
  })
})

describe('unfinished (RUN-8)', () => {
  const marked = (fields: Parameters<typeof recordWith>[0]) => {
    const record = recordWith(fields)
    return runRecordSchema.parse({ ...record, ...unfinished(record, 'Main was ended') })
  }

  it.each([
    [{}, /^Main was ended before the task of acode-s1-unit was started/],
    [{ phases: { create: 1 } }, /^Main was ended while acode-s1-unit was started or ran/],
  ])('is a cancellation where the task had not ended: %j', (fields, message) => {
    expect(marked(fields)).toMatchObject({
      status: 'cancelled',
      error: { code: 'ACODE-CTN-009', message: expect.stringMatching(message) },
    })
  })

  it('keeps the status of a task that had ended, and says what was not done', () => {
    const record = marked({ ...ENDED, phases: { create: 1, run: 1 } })
    expect(record).toMatchObject({ status: 'succeeded', error: { code: 'ACODE-CTN-009' } })
    expect(record.error?.message).toContain('are not all in the record')
    expect(record.collection?.exceeded).toEqual(['cancelled'])
  })

  it('keeps the reason of a task that failed', () => {
    const fields = { ...ENDED, status: 'timed-out', error: OWN, phases: { run: 1, collect: 1 } } as const
    const { status, error } = marked(fields)
    expect(status).toBe('timed-out')
    expect(error).toMatchObject({ code: OWN.code })
    expect(error?.message).toMatch(/^Its time was up\. Main was ended .* while its container was removed/)
  })
})

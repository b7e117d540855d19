import { describe, expect, it } from 'vitest'
import type { Found } from '../../../src/report/artifacts/found.ts'
import { legsOf } from '../../../src/report/leg.ts'
import { taskNameIn } from '../../../src/task/identity.ts'
import { recordWith } from '../../support/record.ts'

function found(session: string, task: string, fields: Partial<Found> = {}): Found {
  const record = recordWith({ session, task, status: 'succeeded' })
  return { artifact: `acode-${session}-${task}`, link: null, record, logEnd: null, reason: null, ...fields }
}

const summarised = (legs: ReturnType<typeof legsOf>) =>
  legs.map(({ id, status, artifact }) => [id, status, artifact])

describe('the legs of a report', () => {
  it('RUN-8 are the planned tasks in their order, then others that left a record', () => {
    const all = [found('s1a1', 'other'), found('s1a1', 'b'), found('s1a1', 'a')]
    expect(summarised(legsOf(all, ['a', 'b'], 's1'))).toEqual([
      ['a', 'succeeded', 'acode-s1a1-a'],
      ['b', 'succeeded', 'acode-s1a1-b'],
      ['other', 'succeeded', 'acode-s1a1-other'],
    ])
  })

  it('RUN-8 are missing where a planned task left no record', () => {
    const [leg] = legsOf([], ['a'], undefined)
    expect(leg).toMatchObject({ id: 'a', status: 'missing', record: null })
    expect(leg?.reason).toMatch(/left no record/)
  })

  it.each(['Unit Tests', 'x'.repeat(80), 'ünit', 'a--b-', '日本語'])(
    'CTN-13 are found by the planned id %j',
    (id) => {
      const one = found('s1a1', taskNameIn('s1a1', id))
      expect(summarised(legsOf([one], [id], 's1'))).toEqual([[id, 'succeeded', one.artifact]])
    },
  )

  it('ACT-4 are the latest attempt of each task, whatever comes first', () => {
    const first = found('s1a2', 'a', { record: recordWith({ session: 's1a2', task: 'a', status: 'failed' }) })
    const tenth = found('s1a10', 'a')
    for (const all of [
      [first, tenth],
      [tenth, first],
    ])
      expect(summarised(legsOf(all, ['a', 'b'], 's1')).at(0)).toEqual(['a', 'succeeded', 'acode-s1a10-a'])
  })

  it('ACT-4, CTN-13 are one for all attempts of a task whose name is longer than there is room for', () => {
    const id = 'a-long-name-'.repeat(5)
    const all = ['s1a9', 's1a10'].map((session) => found(session, taskNameIn(session, id)))
    expect(summarised(legsOf(all, [id], 's1'))).toEqual([[id, 'succeeded', all[1]?.artifact]])
    expect(summarised(legsOf(all.toReversed(), [id], 's1'))).toEqual([[id, 'succeeded', all[1]?.artifact]])
  })

  it('ACT-4 are the task that was started last, whatever was uploaded last', () => {
    const startedAt = (time: string) => recordWith({ session: 's1', task: 'a', startedAt: time })
    const first = found('s1', 'a', { link: 'first', record: startedAt('2026-01-01T10:00:00.000Z') })
    const second = found('s1', 'a', { link: 'second', record: startedAt('2026-01-01T10:05:00.000Z') })
    for (const all of [
      [first, second],
      [second, first],
    ])
      expect(legsOf(all, ['a'], undefined)).toMatchObject([{ link: 'second' }])
  })

  it('ACT-4 are the later artifact where one attempt left two', () => {
    const [first, second] = [found('s1', 'a', { link: 'first' }), found('s1', 'a', { link: 'second' })]
    for (const expected of [['a'], undefined])
      expect(legsOf([first, second], expected, undefined)).toMatchObject([{ link: 'second' }])
  })

  it('ACT-4 are none of another call of the workflow in the same run', () => {
    const all = [found('r1k1a1', 'a'), found('r1k2a1', 'a'), found('r1k2a1', 'b')]
    expect(summarised(legsOf(all, ['a'], 'r1k1'))).toEqual([['a', 'succeeded', 'acode-r1k1a1-a']])
    expect(legsOf(all, undefined, undefined)).toHaveLength(3)
    expect(summarised(legsOf(all, ['a'], 'r1k1a1'))).toEqual([['a', 'succeeded', 'acode-r1k1a1-a']])
  })

  it('are invalid, by the name of the artifact, where its record cannot be read', () => {
    const broken = found('s1a1', 'a', { record: null, reason: 'no zip' })
    expect(legsOf([broken], ['a', 'b'], 's1')).toMatchObject([
      { id: 'a', status: 'invalid', reason: 'no zip' },
      { id: 'b', status: 'missing' },
    ])
  })
})
